import type { BusRole } from '../guest/pci.ts';

/** PCI endpoints that can be named with -device in QEMU 7.2, 10.0 or 11.1 on x86_64 (device-list-properties). */
const ENDPOINTS = new Set(
  (
    'AC97 ES1370 ICH9-SMB VGA acpi-erst am53c974 ati-vga bochs-display cirrus-vga ctucan_pci ' +
    'cxl-switch-mailbox-cci cxl-type3 dc390 e1000 e1000-82544gc e1000-82545em e1000e edu i6300esb ' +
    'i82550 i82551 i82557a i82557b i82557c i82558a i82558b i82559a i82559b i82559c i82559er i82562 ' +
    'i82801 ich9-ahci ich9-intel-hda ich9-usb-ehci1 ich9-usb-ehci2 ich9-usb-uhci1 ich9-usb-uhci2 ' +
    'ich9-usb-uhci3 ich9-usb-uhci4 ich9-usb-uhci5 ich9-usb-uhci6 igb igbvf intel-hda iommu-testdev ' +
    'ivshmem-doorbell ivshmem-plain kvaser_pci lsi53c810 lsi53c895a megasas megasas-gen2 mioe3680_pci ' +
    'mptsas1068 ne2k_pci nec-usb-xhci nvme pci-ipmi-bt pci-ipmi-kcs pci-ohci pci-serial pci-serial-2x ' +
    'pci-serial-4x pci-testdev pcm3680_pci pcnet piix3-ide piix3-usb-uhci piix4-ide piix4-isa ' +
    'piix4-usb-uhci pvpanic-pci pvrdma pvscsi qemu-xhci qxl qxl-vga rocker rtl8139 sdhci-pci ' +
    'secondary-vga tpci200 tulip ufs usb-ehci vfio-pci vfio-pci-igd-lpc-bridge vfio-pci-nohotplug ' +
    'vfio-user-pci vhost-scsi-pci vhost-scsi-pci-non-transitional vhost-scsi-pci-transitional ' +
    'vhost-user-blk-pci vhost-user-blk-pci-non-transitional vhost-user-blk-pci-transitional ' +
    'vhost-user-device-pci vhost-user-fs-pci vhost-user-gpio-pci vhost-user-gpu-pci ' +
    'vhost-user-i2c-pci vhost-user-input-pci vhost-user-rng-pci vhost-user-rtc-pci ' +
    'vhost-user-scsi-pci vhost-user-scsi-pci-non-transitional vhost-user-scsi-pci-transitional ' +
    'vhost-user-snd-pci vhost-user-spi-pci vhost-user-test-device-pci vhost-user-vga ' +
    'vhost-user-vsock-pci vhost-user-vsock-pci-non-transitional vhost-vdpa-device-pci ' +
    'vhost-vdpa-device-pci-non-transitional vhost-vdpa-device-pci-transitional vhost-vsock-pci ' +
    'vhost-vsock-pci-non-transitional virtio-9p-pci virtio-9p-pci-non-transitional ' +
    'virtio-9p-pci-transitional virtio-balloon-pci virtio-balloon-pci-non-transitional ' +
    'virtio-balloon-pci-transitional virtio-blk-pci virtio-blk-pci-non-transitional ' +
    'virtio-blk-pci-transitional virtio-crypto-pci virtio-gpu-gl-pci virtio-gpu-pci ' +
    'virtio-input-host-pci virtio-iommu-pci virtio-keyboard-pci virtio-mem-pci virtio-mouse-pci ' +
    'virtio-multitouch-pci virtio-net-pci virtio-net-pci-non-transitional virtio-net-pci-transitional ' +
    'virtio-pmem-pci virtio-rng-pci virtio-rng-pci-non-transitional virtio-rng-pci-transitional ' +
    'virtio-rtc-pci virtio-scsi-pci virtio-scsi-pci-non-transitional virtio-scsi-pci-transitional ' +
    'virtio-serial-pci virtio-serial-pci-non-transitional virtio-serial-pci-transitional ' +
    'virtio-sound-pci virtio-tablet-pci virtio-vga virtio-vga-gl vmware-svga vmxnet3 x-pci-proxy-dev ' +
    'xen-platform'
  ).split(' '),
);

/** Short names that QEMU maps to a PCI driver (softmmu/qdev-monitor.c: qdev_alias_table). */
const ALIASES: Readonly<Record<string, string>> = {
  ahci: 'ich9-ahci',
  lsi: 'lsi53c895a',
  e1000_82540em: 'e1000',
  'virtio-9p': 'virtio-9p-pci',
  'virtio-balloon': 'virtio-balloon-pci',
  'virtio-blk': 'virtio-blk-pci',
  'virtio-gpu': 'virtio-gpu-pci',
  'virtio-gpu-gl': 'virtio-gpu-gl-pci',
  'virtio-input-host': 'virtio-input-host-pci',
  'virtio-iommu': 'virtio-iommu-pci',
  'virtio-keyboard': 'virtio-keyboard-pci',
  'virtio-mouse': 'virtio-mouse-pci',
  'virtio-net': 'virtio-net-pci',
  'virtio-rng': 'virtio-rng-pci',
  'virtio-scsi': 'virtio-scsi-pci',
  'virtio-serial': 'virtio-serial-pci',
  'virtio-tablet': 'virtio-tablet-pci',
};

/** Controllers that make a bus below them, and what that bus is for. */
const BUSES: Readonly<Record<string, BusRole>> = {
  pxb: 'expander',
  'pxb-pcie': 'expander',
  'pxb-cxl': 'expander',
  'pcie-root-port': 'port',
  ioh3420: 'port',
  'cxl-rp': 'port',
  'xio3130-downstream': 'port',
  'cxl-downstream': 'port',
  'x3130-upstream': 'bridge',
  'cxl-upstream': 'bridge',
  'i82801b11-bridge': 'bridge',
  'pci-bridge': 'bridge',
  'pci-bridge-seat': 'bridge',
  'pcie-pci-bridge': 'bridge',
};

/** Families of drivers that sit on other buses than PCI, by how their names begin (device-list-properties, as above). */
const OFF_PCI_FAMILY =
  /^(?:usb|scsi|ide|isa|hda|ccid|tpm|u2f|ipmi|i2c|smbus|ps2|cfi|xen|vmbus|hyperv|hv)[-.]/;

const OFF_PCI = new Set(
  (
    'virtserialport virtconsole nvme-ns nvme-subsys pc-dimm nvdimm sgx-epc floppy vmcoreinfo vmgenid vmclock pvpanic ' +
    'loader guest-loader ramfb intel-iommu ib700 sb16 adlib gus cs4231a sga sd-card ufs-lu'
  ).split(' '),
);

const DISPLAYS = new Set(
  (
    'virtio-gpu-pci virtio-gpu-gl-pci virtio-vga virtio-vga-gl qxl qxl-vga VGA secondary-vga bochs-display ' +
    'cirrus-vga vmware-svga ati-vga vhost-user-gpu-pci vhost-user-vga'
  ).split(' '),
);

const REPLACES_DEFAULT_DISPLAY = new Set(
  (
    'VGA isa-vga cirrus-vga isa-cirrus-vga vmware-svga qxl-vga virtio-vga virtio-vga-gl virtio-vga-rutabaga ati-vga ' +
    'vhost-user-vga'
  ).split(' '),
);

/** What -vga makes of each of its words (softmmu/vl.c: vga_interfaces; hw/display/vga-pci.c and others). */
const VGA_WORDS: Readonly<Record<string, string>> = {
  std: 'VGA',
  cirrus: 'cirrus-vga',
  vmware: 'vmware-svga',
  qxl: 'qxl-vga',
  virtio: 'virtio-vga',
};

const PASSTHROUGH = new Set(['vfio-pci', 'vfio-pci-nohotplug']);

/** The driver behind an alias, else the name itself. */
export const canonicalDriver = (name: string): string => ALIASES[name] ?? name;

/** True for a driver that we know to be an endpoint on a PCI bus. */
export const isPciEndpoint = (driver: string): boolean => ENDPOINTS.has(canonicalDriver(driver));

/** True for a driver that we know to take no place on a PCI bus. */
export const isOffPci = (driver: string): boolean => OFF_PCI_FAMILY.test(driver) || OFF_PCI.has(driver);

/** The kind of bus a controller makes; undefined where the driver makes none, or is unknown. */
export const busRoleOf = (driver: string): BusRole | undefined => BUSES[driver];

/**
 * The display of the machine itself gives way to a -device of one of these (softmmu/vl.c: default_list).
 */
export const replacesDefaultDisplay = (driver: string): boolean => REPLACES_DEFAULT_DISPLAY.has(driver);

/** Whether a driver, or the one behind an alias, shows the guest's screen. */
export const isDisplay = (driver: string): boolean => DISPLAYS.has(canonicalDriver(driver));

/** The driver behind a word of -vga; undefined for `none` and words of other machines. */
export const vgaDriver = (word: string): string | undefined => VGA_WORDS[word];

/** Whether a driver hands a device of the host to the guest. */
export const isPassthrough = (driver: string): boolean => PASSTHROUGH.has(driver);
