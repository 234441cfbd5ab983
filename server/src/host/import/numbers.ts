import { IndexSet, parseIndexSet } from '../../values/indexSet.ts';
import { formatPciAddress, type PciAddress } from '../../values/pciAddress.ts';

/** The largest numbers that a profile takes. */
export const MAX_CPU = 99_999;
export const MAX_NODE = 1023;
/** Of packages, dies and cores. */
export const MAX_ID = 0x7fffffff;

/** A whole number in decimal, undefined where it is none or is larger. */
export function readWhole(text: string | undefined, max: number): number | undefined {
  if (text === undefined || !/^\s*\d{1,16}\s*$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

/** A whole number as C reads it in base 0, but for octal: `16` or `0x10`. */
export const readAnyBase = (text: string | undefined, max: number): number | undefined => {
  const hex = /^\s*0[xX]([0-9a-fA-F]{1,8})\s*$/.exec(text ?? '');
  if (!hex) return readWhole(text, max);
  const value = Number.parseInt(hex[1]!, 16);
  return value <= max ? value : undefined;
};

/** Hexadecimal digits behind 0x, in lower case; undefined for another number of digits. */
export const readHexDigits = (text: string | undefined, digits: number): string | undefined =>
  text !== undefined && new RegExp(`^0x[0-9a-fA-F]{${digits}}$`).test(text)
    ? text.slice(2).toLowerCase()
    : undefined;

/** A list of CPUs or nodes such as `0-3,8`; the empty text is the empty set. */
export function readList(text: string, max: number): IndexSet | undefined {
  if (text.trim() === '') return IndexSet.empty;
  const set = text.includes('^') ? undefined : parseIndexSet(text);
  return set && (set.max ?? 0) <= max ? set : undefined;
}

const MASK_WORD = /^(?:0x)?([0-9a-fA-F]{1,8})$/;

/**
 * A set as hwloc writes it: 32-bit words, the highest first, such as `0x000000ff,,0x0000ffff`. A word that is 0 may be
 * shortened or empty. Undefined for anything else, infinite sets (`0xf...f`) among them.
 */
export function readMask(text: string | undefined, max: number): IndexSet | undefined {
  if (text === undefined || text === '') return undefined;
  const words = text.split(',').reverse();
  if (words.length > Math.ceil((max + 1) / 32)) return undefined;
  const ranges: [number, number][] = [];
  for (const [index, word] of words.entries()) {
    if (word === '') continue;
    const digits = MASK_WORD.exec(word)?.[1];
    if (digits === undefined) return undefined;
    let bits = Number.parseInt(digits, 16);
    for (let bit = 0; bits !== 0; bit++, bits >>>= 1) {
      if (bits & 1) ranges.push([index * 32 + bit, index * 32 + bit]);
    }
  }
  const set = IndexSet.of(ranges);
  return (set.max ?? 0) <= max ? set : undefined;
}

/** The text of an address whose parts are all there and in range. */
export function addressOf(parts: { [K in keyof PciAddress]: number | undefined }): string | undefined {
  const { domain, bus, slot, fn } = parts;
  if (domain === undefined || bus === undefined || slot === undefined || fn === undefined) return undefined;
  return formatPciAddress({ domain, bus, slot, fn });
}

/** The name of a CPU's maker in a profile, from what /proc/cpuinfo, libvirt and hwloc call it. */
export function cpuVendor(name: string): 'GenuineIntel' | 'AuthenticAMD' | 'ARM' | 'other' | undefined {
  switch (name) {
    case 'GenuineIntel':
    case 'Intel':
      return 'GenuineIntel';
    case 'AuthenticAMD':
    case 'AMD':
      return 'AuthenticAMD';
    case 'ARM':
    case '0x41':
      return 'ARM';
    case '':
    case '-':
      return undefined;
    default:
      return 'other';
  }
}

const ARCHES = ['x86_64', 'aarch64', 'ppc64le', 's390x', 'riscv64'] as const;

/** The architecture of a host, undefined for one that profiles do not know. */
export const architecture = (name: string | undefined): (typeof ARCHES)[number] | undefined =>
  ARCHES.find((arch) => arch === name);
