import { absent, derived, isKnown, mapValue, type Value } from '../../../guest/value.ts';
import { type Bytes, MiB, parseQemuSize } from '../../../values/byteSize.ts';
import { IndexSet } from '../../../values/indexSet.ts';
import type { Option } from '../option.ts';

const BOOLEANS: Record<string, boolean> = {
  on: true,
  yes: true,
  true: true,
  y: true,
  off: false,
  no: false,
  false: false,
  n: false,
};

/** As strtoull with base 0 reads: behind a leading 0 the number is octal. */
export const readNumber = (value: Value<string>): Value<number> =>
  mapValue(value, (text) => {
    if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
    return /^(0|[1-9]\d*|0[xX][0-9a-fA-F]+)$/.test(text) ? Number(text) : undefined;
  });

export const readBoolean = (value: Value<string>): Value<boolean> =>
  mapValue(value, (text) => BOOLEANS[text]);

export const readBytes = (value: Value<string>, unit: Bytes = 1n): Value<Bytes> =>
  mapValue(value, (text) => parseQemuSize(text, unit));

/** Sizes of `-m` and `-numa mem=`, whose bare numbers count MiB. */
export const readMebibytes = (value: Value<string>): Value<Bytes> => readBytes(value, MiB);

/** `0-3` or `2`: QEMU's integer ranges know no commas (qapi/opts-visitor.c). JSON lists arrive as `0,1`. */
export function parseRange(text: string, json: boolean): IndexSet | undefined {
  const parts = json ? text.split(',') : [text];
  const ranges: [number, number][] = [];
  for (const part of parts) {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part);
    if (!match) return undefined;
    const low = Number(match[1]);
    const high = Number(match[2] ?? match[1]);
    if (high < low) return undefined;
    ranges.push([low, high]);
  }
  return IndexSet.of(ranges);
}

/** Every list written under the key, each with its own place. */
export const readRanges = (option: Option, key: string): readonly Value<IndexSet>[] =>
  option.all(key).map((property) => mapValue(property.value, (text) => parseRange(text, option.json)));

/** The union of all lists under the key. */
export function readUnion(option: Option, key: string): Value<IndexSet> {
  const parts = readRanges(option, key);
  if (parts.length === 1 && !option.open) return parts[0]!;
  const gap = parts.find((part) => !isKnown(part));
  if (gap) return gap;
  if (option.open) return { state: 'unknown', why: 'not-evaluated', span: option.span };
  if (parts.length === 0) return absent(option.span);
  const sets = parts.filter(isKnown);
  return derived(
    sets.map((part) => part.value).reduce((a, b) => a.union(b)),
    sets[0]!.span,
    sets,
  );
}
