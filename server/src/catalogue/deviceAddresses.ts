/**
 * Which addresses a device may have, where libvirt looks (src/conf/domain_validate.c and src/qemu/qemu_validate.c). What is
 * not listed it either takes as it is or corrects by itself.
 */
export interface AddressRule {
  /** The element. */
  readonly device: string;
  /** What else must be said of it: attributes by path, `target@bus`. */
  readonly when: Readonly<Record<string, string>>;
  readonly takes: readonly string[];
  /** What libvirt says; `{type}`, `{name}` and `{kind}` stand for the address, the disk and what is in `when`. */
  readonly refusal: string;
}

const disk = (bus: string, type: string): AddressRule => ({
  device: 'disk',
  when: { 'target@bus': bus },
  takes: [type],
  refusal: "Invalid address type '{type}' for the disk '{name}' with the bus type '{kind}'",
});

const mediated = (model: string, takes: readonly string[]): AddressRule => ({
  device: 'hostdev',
  when: { '@model': model, '@type': 'mdev' },
  takes,
  refusal: "Unsupported address type '{type}' with mediated device model '{kind}'",
});

const watchdog = (model: string, takes: readonly string[], refusal: string): AddressRule => ({
  device: 'watchdog',
  when: { '@model': model },
  takes,
  refusal: `{kind} model of watchdog ${refusal}`,
});

const iommu = (model: string): AddressRule => ({
  device: 'iommu',
  when: { '@model': model },
  takes: [],
  refusal: "iommu model '{kind}' can't have address",
});

const panic = (model: string): AddressRule => ({
  device: 'panic',
  when: { '@model': model },
  takes: [],
  refusal: "setting the panic device address is not supported for model '{kind}'",
});

export const ADDRESSES: readonly AddressRule[] = [
  disk('ide', 'drive'),
  disk('fdc', 'drive'),
  disk('scsi', 'drive'),
  disk('sata', 'drive'),
  disk('usb', 'usb'),
  mediated('vfio-pci', ['pci']),
  mediated('vfio-ccw', ['ccw']),
  mediated('vfio-ap', []),
  {
    device: 'hostdev',
    when: { '@type': 'pci' },
    takes: ['pci'],
    refusal: "PCI host devices must use 'pci' or 'unassigned' address type",
  },
  {
    device: 'hostdev',
    when: { '@type': 'usb' },
    takes: ['usb'],
    refusal: "USB host device must use 'usb' address type",
  },
  {
    device: 'smartcard',
    when: {},
    takes: ['ccid'],
    refusal: "Controllers must use the 'ccid' address type",
  },
  watchdog('i6300esb', ['pci'], 'can go only on PCI bus'),
  watchdog('ib700', [], 'does not support configuring the address'),
  watchdog('diag288', [], 'is virtual and cannot go on any bus.'),
  watchdog('itco', [], 'is part of the machine and cannot have any address set.'),
  iommu('intel'),
  iommu('smmuv3'),
  {
    device: 'hostdev',
    when: { '@type': 'scsi' },
    takes: ['drive'],
    refusal: "SCSI host device must use 'drive' address type",
  },
  {
    device: 'hostdev',
    when: { '@type': 'scsi_host' },
    takes: ['pci', 'ccw'],
    refusal: "SCSI_host host device must use 'pci' or 'ccw' address type",
  },
  {
    device: 'shmem',
    when: {},
    takes: ['pci'],
    refusal: "only 'pci' addresses are supported for the shared memory device",
  },
  {
    device: 'video',
    when: { 'model@type': 'ramfb' },
    takes: [],
    refusal: 'address not supported for video type ramfb',
  },
  panic('hyperv'),
  panic('s390'),
  panic('pseries'),
  {
    device: 'panic',
    when: { '@model': 'isa' },
    takes: ['isa'],
    refusal: 'panic is supported only with ISA address type',
  },
  {
    device: 'panic',
    when: { '@model': 'pvpanic' },
    takes: ['pci'],
    refusal: 'pvpanic is supported only with PCI address type',
  },
];

/** The model that libvirt takes for a <panic> that says none, by architecture. */
export const PANIC_MODELS: Readonly<Record<string, string>> = {
  x86_64: 'isa',
  i686: 'isa',
  ppc64: 'pseries',
  ppc64le: 'pseries',
  s390x: 's390',
};
