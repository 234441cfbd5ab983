/** What kinds of PCI devices are called (PCI Code and ID Assignment Specification), by class and subclass. */
const NAMES: Readonly<Record<string, string>> = {
  '00': 'unclassified device',
  '0000': 'unclassified device',
  '01': 'storage controller',
  '0104': 'RAID controller',
  '0106': 'SATA controller',
  '0107': 'SAS controller',
  '0108': 'NVMe controller',
  '02': 'network controller',
  '0200': 'Ethernet controller',
  '0207': 'InfiniBand controller',
  '0280': 'wireless network controller',
  '03': 'display controller',
  '0300': 'VGA controller',
  '0302': '3D controller',
  '04': 'multimedia controller',
  '0403': 'audio device',
  '05': 'memory controller',
  '0502': 'CXL memory device',
  '06': 'bridge',
  '0600': 'host bridge',
  '0601': 'ISA bridge',
  '0604': 'PCI bridge',
  '07': 'communication controller',
  '08': 'system peripheral',
  '0806': 'IOMMU',
  '0b': 'processor',
  '0b40': 'coprocessor',
  '0c': 'serial bus controller',
  '0c03': 'USB controller',
  '0c05': 'SMBus controller',
  '0d': 'wireless controller',
  '10': 'encryption controller',
  '11': 'signal processing controller',
  '12': 'processing accelerator',
  '13': 'non-essential instrumentation',
};

/** A class of six digits in words: `3D controller`. A kind that is not known by name is a `device of class 0f00`. */
export const className = (code: string): string =>
  NAMES[code.slice(0, 4)] ?? NAMES[code.slice(0, 2)] ?? `device of class ${code.slice(0, 4)}`;

/** Display controllers, and the accelerators that data centre GPUs may call themselves. */
export const isGpuClass = (code: string): boolean => code.startsWith('03') || code.startsWith('12');

/** A bridge leads to devices; nobody hands it to a guest. */
export const isBridgeClass = (code: string): boolean => code.startsWith('06');
