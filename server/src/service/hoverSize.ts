import { readSize } from '../dialects/libvirt/values.ts';
import { isKnown, type Value } from '../guest/value.ts';
import { formatBytes, MiB, parseQemuSize } from '../values/byteSize.ts';
import { code } from './hoverText.ts';

/**
 * How much a size on a QEMU command line comes to.
 * @param unit what the explanation says a bare number counts
 * @returns undefined for what is no size, and for a size that already reads like that: `4G`.
 */
export function describeQemuSize(text: string, unit: string | undefined): string | undefined {
  if (unit !== 'bytes' && unit !== 'MiB') return undefined;
  const bytes = parseQemuSize(text, unit === 'MiB' ? MiB : 1n);
  if (bytes === undefined) return undefined;
  const size = formatBytes(bytes);
  const isPlain = size.replace(' ', '').replace('iB', '').toLowerCase() === text.toLowerCase();
  return isPlain ? undefined : `${code(text)} is ${size}.`;
}

/**
 * How much a number in domain XML comes to with the unit beside it.
 * @param counts what the explanation says the number counts
 */
export function describeLibvirtSize(
  number: Value<string>,
  unit: Value<string>,
  counts: string | undefined,
): string | undefined {
  if (!counts?.startsWith('KiB') || !isKnown(number)) return undefined;
  const bytes = readSize(number, unit);
  if (!isKnown(bytes)) return undefined;
  const size = formatBytes(bytes.value);
  const digits = number.value.trim();
  if (!isKnown(unit)) return `${code(digits)} counts KiB, as no unit is written: ${size}.`;
  return size === `${digits} ${unit.value}` ? undefined : `${code(`${digits} ${unit.value}`)} is ${size}.`;
}
