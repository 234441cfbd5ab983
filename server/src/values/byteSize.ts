/** A number of bytes. bigint, because guests of several TiB in a KiB-counting attribute leave the safe integers. */
export type Bytes = bigint;

export const KiB = 1024n;
export const MiB = 1024n * KiB;
export const GiB = 1024n * MiB;
export const TiB = 1024n * GiB;

const QEMU_SUFFIX: Record<string, Bytes> = {
  b: 1n,
  k: KiB,
  m: MiB,
  g: GiB,
  t: TiB,
  p: 1024n * TiB,
  e: 1024n * 1024n * TiB,
};

/**
 * Reads a size as QEMU does (util/cutils.c: do_strtosz): a number, decimal or 0x, a fraction only with a suffix,
 * and one suffix letter out of bKMGTPE. `4GB` is no size.
 * @param unit what a bare number counts: bytes for `-object size=`, MiB for `-m` and `-numa mem=`.
 */
export function parseQemuSize(text: string, unit: Bytes = 1n): Bytes | undefined {
  const match = /^(\d+)(?:\.(\d*))?([bkmgtpeBKMGTPE]?)$/.exec(text);
  if (!match) return /^0[xX][0-9a-fA-F]+$/.test(text) ? BigInt(text) * unit : undefined;
  const scale = match[3] ? QEMU_SUFFIX[match[3].toLowerCase()]! : unit;
  const fraction = match[2] ?? '';
  if (fraction === '') return BigInt(match[1]!) * scale;
  if (scale === 1n) return undefined;
  const tens = 10n ** BigInt(fraction.length);
  return BigInt(match[1]!) * scale + (BigInt(fraction) * scale) / tens;
}

const LIBVIRT_UNIT: Record<string, Bytes> = {
  b: 1n,
  byte: 1n,
  bytes: 1n,
  ...Object.fromEntries(
    ['k', 'm', 'g', 't', 'p', 'e'].flatMap((letter, i) => {
      const binary = 1024n ** BigInt(i + 1);
      return [
        [letter, binary],
        [`${letter}ib`, binary],
        [`${letter}b`, 1000n ** BigInt(i + 1)],
      ] as const;
    }),
  ),
};

/**
 * How many bytes a libvirt unit stands for (src/util/virutil.c: virScaleInteger), e.g. `KiB`, `G`, `GB`.
 * Undefined for a word that libvirt does not know.
 */
export const libvirtUnit = (unit: string): Bytes | undefined => LIBVIRT_UNIT[unit.toLowerCase()];

const UNITS: readonly (readonly [Bytes, string])[] = [
  [1024n * TiB, 'PiB'],
  [TiB, 'TiB'],
  [GiB, 'GiB'],
  [MiB, 'MiB'],
  [KiB, 'KiB'],
];

/** A size as people say it: `4 GiB`, `1.5 GiB`, `512 bytes`. */
export function formatBytes(bytes: Bytes): string {
  for (const [unit, name] of UNITS) {
    if (bytes < unit) continue;
    const hundredths = (bytes * 100n) / unit;
    const text = (Number(hundredths) / 100).toString();
    return `${text} ${name}`;
  }
  return bytes === 1n ? '1 byte' : `${bytes} bytes`;
}

/** The shortest exact QEMU spelling with an explicit suffix: `4G`, `1536M`, `123b`. */
export function qemuSize(bytes: Bytes): string {
  for (const [unit, suffix] of [
    [TiB, 'T'],
    [GiB, 'G'],
    [MiB, 'M'],
    [KiB, 'K'],
  ] as const) {
    if (bytes !== 0n && bytes % unit === 0n) return `${bytes / unit}${suffix}`;
  }
  return `${bytes}b`;
}
