/** Address of a PCI function: `0000:af:00.0`. */
export interface PciAddress {
  readonly domain: number;
  readonly bus: number;
  readonly slot: number;
  readonly fn: number;
}

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

export const formatPciAddress = (a: PciAddress): string =>
  `${hex(a.domain, 4)}:${hex(a.bus, 2)}:${hex(a.slot, 2)}.${hex(a.fn, 1)}`;

/** Reads `[DDDD:]BB:DD.F`, all parts hexadecimal, as QEMU's host= does (hw/core/qdev-properties-system.c). */
export function parsePciAddress(text: string): PciAddress | undefined {
  const match = /^(?:([0-9a-f]{1,8}):)?([0-9a-f]{1,2}):([0-9a-f]{1,2})\.([0-7])$/i.exec(text);
  if (!match) return undefined;
  const [domain, bus, slot, fn] = match.slice(1).map((part) => Number.parseInt(part ?? '0', 16));
  if (slot! > 31) return undefined;
  return { domain: domain!, bus: bus!, slot: slot!, fn: fn! };
}
