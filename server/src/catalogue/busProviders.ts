/** Buses that no PC has by itself, and what gives it one; the kind is that of the device's record. */
export interface BusKind {
  /** Drivers that make such a bus. */
  readonly controllers: RegExp;
  /** The usual one, for a PC. */
  readonly usual: string;
}

/** From the records of the devices (7.2 to 11.1): each was asked for a line without it. */
export const BUS_KINDS: Readonly<Record<string, BusKind>> = {
  HDA: { controllers: /intel-hda$/, usual: 'intel-hda' },
  SCSI: {
    controllers: /scsi|^lsi|^megasas|^mptsas|^am53c|^dc390|^usb-(uas|bot)|^pvscsi/,
    usual: 'virtio-scsi-pci',
  },
  'ccid-bus': { controllers: /^usb-ccid$/, usual: 'usb-ccid' },
  'nvme-bus': { controllers: /^nvme$/, usual: 'nvme,serial=nvme0' },
  'usb-bus': { controllers: /hci|uhci\d|ehci\d/, usual: 'qemu-xhci' },
  'virtio-serial-bus': { controllers: /^virtio-serial/, usual: 'virtio-serial-pci' },
};
