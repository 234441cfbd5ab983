import type { Fact, PropertyFact, QemuCatalogue } from '../../catalogue/qemu.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { effective } from '../../guest/value.ts';

/** Old names that -drive still takes for new ones (blockdev.c: qemu_opt_rename); those of the limits follow a pattern. */
const RENAMED: Readonly<Record<string, string>> = {
  readonly: 'read-only',
  iops_size: 'throttling.iops-size',
};

const LIMIT = /^(bps|iops)(?:_(rd|wr))?(_max(?:_length)?)?$/;

const SIDES: Readonly<Record<string, string>> = { rd: 'read', wr: 'write' };

/** The name that QEMU has for a key of -drive: `throttling.bps-read-max` for `bps_rd_max`. */
export function driveKey(key: string): string {
  if (Object.hasOwn(RENAMED, key)) return RENAMED[key]!;
  const [, unit, side, most = ''] = LIMIT.exec(key) ?? [];
  return unit === undefined
    ? key
    : `throttling.${unit}-${SIDES[side ?? ''] ?? 'total'}${most.replaceAll('_', '-')}`;
}

/** Parameters that -drive had until 3.1; no format of an image ever had one so called. */
export const GONE: ReadonlySet<string> = new Set([
  'addr',
  'boot',
  'cyls',
  'heads',
  'secs',
  'serial',
  'trans',
]);

/** What the format of an image takes, where it is named: -drive hands on to it what it does not know itself. */
export function formatOf(catalogue: QemuCatalogue, option: Option): Fact | undefined {
  const name = effective(option.value(option.find('driver') ? 'driver' : 'format'));
  const fact = name === undefined ? undefined : catalogue.fact('blockdev', name);
  // What has no file below it is no format, and takes options by names of its own.
  return fact?.complete && fact.properties.has('file') ? fact : undefined;
}

/** The fact about a key of -drive itself; what it hands on is read by others. */
export const driveFact = (fact: Fact | undefined, key: string): PropertyFact | undefined =>
  fact?.properties.get(driveKey(key));
