/** Address of a PCI function: `0000:af:00.0`. */
export interface PciAddress {
  readonly domain: number;
  readonly bus: number;
  readonly slot: number;
  readonly fn: number;
}

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

/** As QEMU, libvirt and lspci -D write it. */
export const formatPciAddress = (a: PciAddress): string =>
  `${hex(a.domain, 4)}:${hex(a.bus, 2)}:${hex(a.slot, 2)}.${hex(a.fn, 1)}`;

/**
 * Reads `[DDDD:]BB:DD.F`, hexadecimal with or without 0x but for the function, as QEMU's host= does
 * (hw/core/qdev-properties-system.c: set_pci_host_devaddr).
 */
export function parsePciAddress(text: string): PciAddress | undefined {
  const match = /^(?:(?:0x)?([0-9a-f]+):)?(?:0x)?([0-9a-f]+):(?:0x)?([0-9a-f]+)\.0*([0-7])$/i.exec(text);
  if (!match) return undefined;
  const domain = Number.parseInt(match[1] ?? '0', 16);
  const bus = Number.parseInt(match[2]!, 16);
  const slot = Number.parseInt(match[3]!, 16);
  const fn = Number.parseInt(match[4]!, 16);
  return domain <= 0xffffffff && bus <= 0xff && slot <= 0x1f ? { domain, bus, slot, fn } : undefined;
}
