import type { PropertyFact, QemuCatalogue } from '../../../catalogue/qemu.ts';
import type { Option } from '../../../dialects/qemu/option.ts';
import { type Completion, completion, type Insertion, type Rank } from '../completion.ts';
import type { ArgumentPlace } from './argument.ts';
import type { QemuCursor } from './cursor.ts';
import { documentation, quoted, type Site } from './draft.ts';
import { isNamed, nameOf, propertiesOf, typeOf } from './facts.ts';

/** Keys that QEMU itself takes, whatever is made. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  audiodev: ['id'],
  chardev: ['id'],
  device: ['id', 'bus'],
  drive: ['id'],
  fsdev: ['id'],
  machine: ['accel', 'kernel-irqchip'],
  netdev: ['id'],
  nic: ['id', 'model', 'mac', 'macaddr'],
  object: ['id'],
  tpmdev: ['id'],
};

/** Keys that are mostly written, the first to be offered. */
const COMMON: Readonly<Record<string, readonly string[]>> = {
  device: ['bus'],
  drive: ['file', 'format', 'if', 'media'],
  smp: ['cpus'],
};

/** Keys that QEMU takes several times, beside the lists. */
const REPEATABLE = new Set(['cpus', 'hostfwd', 'guestfwd', 'dnssearch']);

/** The properties that an option can still have. */
export function completeKeys(
  catalogue: QemuCatalogue | undefined,
  cursor: QemuCursor,
  option: Option,
  place: ArgumentPlace,
  site: Site,
): Completion[] {
  const name = nameOf(option);
  const type = typeOf(option);
  const facts = catalogue ? propertiesOf(catalogue, cursor, option) : new Map<string, PropertyFact>();
  const implied = typeof option.shape === 'object' ? option.shape.implied : '';
  const own = (OWN[name] ?? []).filter((key) => !facts.has(key) && key !== implied);
  const sign = name === 'cpu' ? (/^[+-]/.exec(cursor.text.slice(place.start))?.[0] ?? '') : '';
  const explain = explanationsOf(facts, name, type);
  const items: Completion[] = [];
  for (const key of [...own, ...facts.keys()]) {
    const fact = facts.get(key);
    const isRepeatable = REPEATABLE.has(key) || fact?.type.startsWith('[') === true;
    if (key === implied || (place.given.has(key) && !isRepeatable)) continue;
    const about = explain(key);
    const form = sign === '' ? written(key, place) : [`${sign}${key}`];
    items.push(
      completion({
        label: key,
        kind: 'property',
        range: site.range,
        insertion: quoted(site, form),
        filterText: place.form === 'json-bare' ? `"${key}` : `${sign}${key}`,
        detail: fact ? describe(fact) : key === 'id' ? 'name' : undefined,
        documentation: about,
        deprecated: fact?.deprecated,
        rank: rankOf(key, fact, COMMON[name]?.includes(key) === true, about !== undefined),
        continues: sign === '',
      }),
    );
  }
  return items;
}

type Explain = (key: string) => string | undefined;

/** By the properties of a thing, then by option and type: CPU models share hundreds of flags. */
const made = new WeakMap<ReadonlyMap<string, PropertyFact>, Map<string, Explain>>();

/** What we have to say about keys, looked up once for each. */
function explanationsOf(
  facts: ReadonlyMap<string, PropertyFact>,
  option: string,
  type: string | undefined,
): Explain {
  // What is no name of a thing, such as the 4 of `-smp 4`, makes no difference.
  const subject = option === 'cpu' || option === 'device' || isNamed(option) ? type : undefined;
  const texts = new Map<string, string | undefined>();
  const explain: Explain = (key) => {
    if (!texts.has(key)) texts.set(key, documentation(option, subject, key));
    return texts.get(key);
  };
  // Of a thing that does not exist there are few keys, and any number of names.
  if (facts.size === 0) return explain;
  const known = made.get(facts) ?? new Map<string, Explain>();
  made.set(facts, known);
  const name = `${option} ${subject}`;
  const kept = known.get(name) ?? explain;
  known.set(name, kept);
  return kept;
}

function written(key: string, { form, joined }: ArgumentPlace): Insertion {
  if (form === 'json-bare') return [`"${key}":`];
  if (joined) return [key];
  return form === 'keyval' ? [`${key}=`] : [key];
}

function rankOf(key: string, fact: PropertyFact | undefined, isCommon: boolean, isExplained: boolean): Rank {
  if (fact?.required || key === 'id') return 0;
  if (isCommon) return 1;
  if (isExplained) return 2;
  // Those that QEMU calls experimental, or leaves to itself.
  return key.startsWith('x-') ? 7 : 3;
}

/** `on or off, default on` */
function describe({ type, values, default: byDefault, required }: PropertyFact): string {
  const kind = isBoolean(type)
    ? 'on, off'
    : values && values.length < 6
      ? values.join(', ')
      : typeWords(type);
  const shown = isBoolean(type) && typeof byDefault === 'boolean' ? (byDefault ? 'on' : 'off') : byDefault;
  const more = required ? ', required' : shown === undefined || shown === '' ? '' : `, default ${shown}`;
  return `${kind}${more}`;
}

export const isBoolean = (type: string): boolean => type === 'bool' || type === 'boolean';

function typeWords(type: string): string {
  if (type.startsWith('[')) return 'list';
  if (/^u?int|^number$|^busnr$/.test(type)) return 'number';
  if (/^str(ing)?$/.test(type)) return 'text';
  return type.replace(/^link<(.+)>$/, 'id of $1');
}
