import { Properties } from './properties.ts';
import type { AdaptationUse } from './table.ts';
import type { Option } from './words.ts';

const KIBIBYTE = 1024n;
const MEBIBYTE = 1024n * KIBIBYTE;
/** What all guest memory together may take. */
const LIMIT = 512n * MEBIBYTE;
/** What pc-dimm and virtio-mem want their memory to be a multiple of. */
const DIMM_ALIGNMENT = 2n * MEBIBYTE;
/** -m is rounded up to this, so that smaller units would break sums. */
const GRANULE = 8n * KIBIBYTE;
/** What QEMU gives a PC without -m. */
const DEFAULT_RAM = 128n * MEBIBYTE;

interface SizeOption {
  readonly implied: string;
  readonly keys: readonly string[];
  /** What a number without a suffix counts, in bytes. */
  readonly unit: bigint;
}

/** The options that say sizes of guest memory (qemu-options.hx). */
const SIZE_OPTIONS: Record<string, SizeOption> = {
  m: { implied: 'size', keys: ['size', 'maxmem'], unit: MEBIBYTE },
  numa: { implied: 'type', keys: ['mem'], unit: MEBIBYTE },
  object: { implied: 'qom-type', keys: ['size'], unit: 1n },
  device: { implied: 'driver', keys: ['requested-size'], unit: 1n },
  machine: { implied: 'type', keys: ['memory.size', 'memory.max-size'], unit: 1n },
  M: { implied: 'type', keys: ['memory.size', 'memory.max-size'], unit: 1n },
};

interface Size {
  readonly option: Option;
  readonly key: string;
  readonly bytes: bigint;
}

/**
 * Divides all memory sizes by one common factor, where together they exceed 512 MiB. The sizes are counted in their
 * greatest common unit, and only that unit shrinks: so sums and equalities stay, and multiples of 2 MiB stay multiples
 * as long as there are not too many of them. Sizes that QEMU cannot read are left to it.
 */
export function scaleSizes(options: readonly Option[]): { options: Option[]; used: AdaptationUse[] } {
  const unchanged = { options: [...options], used: [] };
  const found = findSizes(options);
  const ram = found.find(({ option, key }) => option.name === 'm' && key === 'size');
  const withDefault = ram === undefined && !options.some(namesBackend);
  const sizes = found.map(({ bytes }) => bytes).concat(withDefault ? [DEFAULT_RAM] : []);
  const total = takenMemory(found, withDefault);
  const unit = sizes.reduce(greatestCommonDivisor, 0n);
  if (total <= LIMIT || unit === 0n) return unchanged;
  const scaledUnit = shrinkUnit(unit, total);
  if (scaledUnit === unit) return unchanged;

  const used: AdaptationUse[] = [];
  const scale = (bytes: bigint) => (bytes / unit) * scaledUnit;
  const scaled = options.map((option) => {
    const own = found.filter((size) => size.option === option);
    if (own.length === 0) return option;
    const properties = Properties.parse(option.value!, SIZE_OPTIONS[option.name]!.implied)!;
    for (const { key, bytes } of own) properties.set(key, writeSize(properties, key, scale(bytes)));
    const value = properties.toString();
    used.push({ id: 'size', before: `-${option.name} ${option.value}`, after: `-${option.name} ${value}` });
    return { ...option, value };
  });
  if (!withDefault) return { options: scaled, used };
  const value = `${scale(DEFAULT_RAM) / KIBIBYTE}K`;
  used.push({ id: 'size', before: '', after: `-m ${value}` });
  return { options: [...scaled, { name: 'm', value }], used };
}

function findSizes(options: readonly Option[]): Size[] {
  const shared = new Set(options.map(sharedMemory));
  return options.flatMap((option) => {
    const properties = readProperties(option);
    // Memory shared with another program is no RAM of the guest, and its size is an agreement with that program.
    if (properties === undefined || shared.has(properties.get('id') ?? '')) return [];
    return SIZE_OPTIONS[option.name]!.keys.flatMap((key) => {
      const bytes = readSize(properties.get(key), SIZE_OPTIONS[option.name]!.unit);
      return bytes === undefined ? [] : [{ option, key, bytes }];
    });
  });
}

function readProperties(option: Option): Properties | undefined {
  const shape = SIZE_OPTIONS[option.name];
  if (shape === undefined || option.value === undefined) return undefined;
  const properties = Properties.parse(option.value, shape.implied);
  const isOtherObject =
    option.name === 'object' && !properties?.get('qom-type')?.startsWith('memory-backend-');
  return isOtherObject ? undefined : properties;
}

/** The id of the backend that an ivshmem device shares; a name no backend has for all other options. */
function sharedMemory(option: Option): string {
  const device = readProperties(option);
  return device?.get('driver') === 'ivshmem-plain' ? (device.get('memdev') ?? '-') : '-';
}

const namesBackend = (option: Option): boolean =>
  /^(machine|M)$/.test(option.name) && /memory-backend|memory\.size/.test(option.value ?? '');

/** RAM, or the backends where they are more: the backends are the RAM on most lines, and beside it on some. */
function takenMemory(sizes: readonly Size[], withDefault: boolean): bigint {
  let ram = withDefault ? DEFAULT_RAM : 0n;
  let backends = 0n;
  for (const { option, key, bytes } of sizes) {
    if (option.name === 'object') backends += bytes;
    else if (/^(size|memory\.size)$/.test(key) && bytes > ram) ram = bytes;
  }
  return ram > backends ? ram : backends;
}

/** The largest unit that fits, halved from the old one or, where that is aligned, from a power of two below it. */
function shrinkUnit(unit: bigint, total: bigint): bigint {
  let smaller = unit;
  if (unit % DIMM_ALIGNMENT === 0n) {
    smaller = DIMM_ALIGNMENT;
    while (smaller * 2n <= unit) smaller *= 2n;
  }
  const fits = () => (total / unit) * smaller <= LIMIT;
  while (!fits() && smaller % (2n * GRANULE) === 0n) smaller /= 2n;
  return smaller;
}

const greatestCommonDivisor = (a: bigint, b: bigint): bigint =>
  b === 0n ? a : greatestCommonDivisor(b, a % b);

const SUFFIXES = 'bkmgtpe';

function readSize(text: string | undefined, unit: bigint): bigint | undefined {
  const [, number, fraction = '', suffix] = /^(\d{1,15})(\.\d{1,6})?([bkmgtpe])?$/i.exec(text ?? '') ?? [];
  if (number === undefined) return undefined;
  const factor = suffix === undefined ? unit : 1024n ** BigInt(SUFFIXES.indexOf(suffix.toLowerCase()));
  const part = fraction === '' ? 0n : BigInt(Math.floor(Number(fraction) * Number(factor)));
  return BigInt(number) * factor + part;
}

/** A size as text with a suffix; as a number where JSON had a number. */
function writeSize(properties: Properties, key: string, bytes: bigint): string | number {
  if (typeof properties.all(key)[0] === 'number') return Number(bytes);
  return bytes % KIBIBYTE === 0n ? `${bytes / KIBIBYTE}K` : `${bytes}B`;
}
