import type { Explanation } from './explanations/explanation.ts';
import { libvirtTopics } from './explanations/libvirt.ts';
import { qemuTopics } from './explanations/qemu.ts';

export type { Explanation, Side } from './explanations/explanation.ts';

/** The key under which the first, bare value of an option also goes. */
const HEADS: Readonly<Record<string, string>> = {
  accel: 'accel',
  cpu: 'model',
  device: 'driver',
  numa: 'type',
  object: 'qom-type',
};

/**
 * Explains a property of a QEMU option, or the option where no property is given. The most specific topic
 * that knows the property wins: `bus` of a root port before `bus` of any device.
 * @param option without dashes, e.g. `numa`
 * @param type the value the option starts with (driver, qom-type, numa type, CPU model), if it is known
 * @returns undefined where there is nothing to say; never the option's text in place of a property's.
 */
export function explainQemu(
  option: string,
  type: string | undefined,
  property: string | undefined,
): Explanation | undefined {
  const name = option === 'M' ? 'machine' : option;
  const key = property === undefined || property === HEADS[name] ? undefined : spell(name, property);
  const topics = qemuTopics
    .filter((topic) => topic.option === name && matchesType(topic.type, type))
    .toSorted((a, b) => typeWeight(b.type) - typeWeight(a.type));
  for (const topic of topics) {
    const explanation = key === undefined ? topic.itself : own(topic.properties, key);
    if (explanation) return explanation;
  }
  return undefined;
}

/**
 * Explains an attribute of an element of a domain, or the element where no attribute is given. Topics match
 * the end of the path, and the longest match alone counts: an `<address>` in a `<source>` is the host's, so
 * what is known of any other `<address>` would be wrong there.
 * @param path element names as written, from `domain` downwards
 */
export function explainLibvirt(
  path: readonly string[],
  attribute: string | undefined,
): Explanation | undefined {
  const whole = `/${path.join('/')}`;
  const topic = libvirtTopics
    .filter((candidate) => whole.endsWith(`/${candidate.path}`))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
  return attribute === undefined ? topic?.itself : own(topic?.attributes, attribute);
}

/** Not plain indexing: keys come from the user's text, and `constructor` is on every object. */
const own = (
  table: Readonly<Record<string, Explanation>> | undefined,
  key: string,
): Explanation | undefined => (table && Object.hasOwn(table, key) ? table[key] : undefined);

/** -machine and -cpu read `_` as `-`, and -cpu a leading sign as on or off; others take keys as written. */
function spell(option: string, property: string): string {
  if (option === 'machine') return property.replaceAll('_', '-');
  if (option === 'cpu') return property.replace(/^[+-]/, '').replaceAll('_', '-');
  return property;
}

function matchesType(pattern: string | undefined, type: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (type === undefined) return false;
  return pattern
    .split('|')
    .some((name) => (name.endsWith('*') ? type.startsWith(name.slice(0, -1)) : type === name));
}

/** A topic about named types says more than one about a family of them, and that more than one about all. */
function typeWeight(pattern: string | undefined): number {
  if (pattern === undefined) return 0;
  return pattern.endsWith('*') ? 1 : 2;
}
