import type { Fact, PropertyFact } from '../../../catalogue/qemu.ts';
import type { Option } from '../../../dialects/qemu/option.ts';
import { isKnown } from '../../../guest/value.ts';
import { parseQemuSize } from '../../../values/byteSize.ts';
import { parseIndexSet } from '../../../values/indexSet.ts';
import { inFull } from './shortBooleans.ts';

/** Keys by which an option says what it makes, and what that is called; all of them are text. */
const OWN: ReadonlySet<string> = new Set(['driver', 'qom-type', 'type', 'id', 'bus']);

/** More nodes than any host has; a range of them becomes a list of numbers in JSON. */
const MOST_NODES = 64;

type Drivers = (name: string) => Fact | undefined;

/**
 * The properties of an option as JSON. QEMU takes a text for a number in `key=value` only, so each is written with its
 * own type; undefined where that of any is not known.
 */
export function toJson({ properties, shape }: Option, fact: Fact, drivers: Drivers): string | undefined {
  const implied = typeof shape === 'object' ? shape.implied : '';
  const pairs = new Map<string, string>();
  for (const { key, form, value } of properties) {
    if (!isKnown(value)) return undefined;
    const [name, text] = form === 'flag' ? (inFull(key).split('=') as [string, string]) : [key, value.value];
    if (pairs.has(name)) return undefined;
    pairs.set(name, text);
  }
  return pairs.has(implied) ? objectOf(pairs, fact, drivers) : undefined;
}

/** @param pairs with parts of a nested object as dotted keys */
function objectOf(pairs: ReadonlyMap<string, string>, fact: Fact, drivers: Drivers): string | undefined {
  const members = new Map<string, string | undefined>();
  for (const [key, text] of pairs) {
    const [stem = ''] = key.split('.', 1);
    if (stem === key) members.set(key, memberOf(key, text, fact));
    else if (!members.has(stem)) members.set(stem, nestedOf(stem, pairs, fact, drivers));
    else if (pairs.has(stem)) return undefined;
  }
  const texts = [...members].map(([key, text]) =>
    text === undefined ? text : `${JSON.stringify(key)}:${text}`,
  );
  return texts.includes(undefined) ? undefined : `{${texts.join(',')}}`;
}

/** `file.driver=…,file.filename=…`, or parts that the fact itself names: `cache.direct`. */
function nestedOf(
  stem: string,
  pairs: ReadonlyMap<string, string>,
  fact: Fact,
  drivers: Drivers,
): string | undefined {
  const inner = new Map(
    [...pairs].flatMap(([key, text]) =>
      key.startsWith(`${stem}.`) ? [[key.slice(stem.length + 1), text] as const] : [],
    ),
  );
  const driver = inner.get('driver');
  if (driver !== undefined) {
    const own = drivers(driver);
    return own && objectOf(inner, own, drivers);
  }
  const parts = [...fact.properties].filter(([key]) => key.startsWith(`${stem}.`));
  if (parts.length === 0) return undefined;
  const properties = new Map(parts.map(([key, part]) => [key.slice(stem.length + 1), part]));
  return objectOf(inner, { ...fact, properties }, drivers);
}

function memberOf(key: string, text: string, { properties }: Fact): string | undefined {
  const property = properties.get(key);
  if (property) return typed(property, text);
  return OWN.has(key) ? JSON.stringify(text) : undefined;
}

function typed({ type, values }: PropertyFact, text: string): string | undefined {
  if (type === 'bool') return booleanOf(text);
  if (type === '[int]') return listOf(text);
  if (type === 'int' || type === 'size' || /^u?int\d+$/.test(type)) return numberOf(type, text);
  const isText = type === 'str' || type === 'string' || type === 'alt' || type.startsWith('link<');
  if (isText || (values && !type.startsWith('['))) return JSON.stringify(text);
  return type === 'OnOffAuto' ? JSON.stringify(text) : undefined;
}

function booleanOf(text: string): string | undefined {
  if (/^(?:on|yes|true|y)$/.test(text)) return 'true';
  return /^(?:off|no|false|n)$/.test(text) ? 'false' : undefined;
}

/** The schema calls a size `int` too; only a size has a letter behind it. A leading zero may make it octal. */
function numberOf(type: string, text: string): string | undefined {
  if (/^(?:-?[1-9]\d*|0)$/.test(text)) return text;
  if (/^0x[0-9a-f]+$/i.test(text)) return BigInt(text).toString();
  return type === 'int' || type === 'size' ? sizeOf(text) : undefined;
}

const sizeOf = (text: string): string | undefined =>
  /^[1-9][\d.]*[bkmgtpe]$/i.test(text) ? parseQemuSize(text)?.toString() : undefined;

function listOf(text: string): string | undefined {
  const set = parseIndexSet(text);
  if (!set || set.isEmpty || set.size > MOST_NODES) return undefined;
  return `[${[...set].join(',')}]`;
}
