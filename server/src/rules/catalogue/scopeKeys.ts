import type { Fact, PropertyFact, QemuCatalogue } from '../../catalogue/qemu.ts';
import { isUnlistedParameter } from '../../catalogue/qemuParameters.ts';
import type { Property } from '../../dialects/qemu/option.ts';
import type { OptionText } from '../../dialects/qemu/optionText.ts';
import { oncePer, oncePerPair } from '../../values/oncePer.ts';
import { nameOf, type Scope } from './scope.ts';

/** Keys that are QEMU's own and no property of what is made, by option: what people write. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  accel: ['accel'],
  audiodev: ['driver', 'id'],
  blockdev: ['driver'],
  chardev: ['backend', 'id'],
  device: ['driver', 'id', 'bus'],
  display: ['type'],
  // What is said of the accelerator here is handed on to it.
  machine: ['type', 'accel', 'kernel-irqchip', 'kvm-shadow-mem', 'igd-passthru', 'dtb', 'kvm-type'],
  // What names card and hub, and vlan=, is the matter of legacy-net.
  net: ['type', 'id', 'ipv6-net', 'name', 'vlan'],
  netdev: ['type', 'id', 'ipv6-net'],
  nic: ['type', 'id', 'ipv6-net', 'mac', 'model'],
  numa: ['type'],
  object: ['qom-type', 'id'],
};

/** More of a device's, which nobody means. */
const HIDDEN: ReadonlySet<string> = new Set(['hotplugged', 'hotpluggable', 'realized', 'parent_bus', 'type']);

const OWN_ANYWHERE: ReadonlySet<string> = new Set(Object.values(OWN).flat());

/** What is most often written of the file below a node. */
const BELOW = ['file.driver', 'file.filename', 'file.aio', 'file.cache.direct', 'file.locking'];

/** All that may be written there, as candidates for what was meant. */
export const keysOf = ({ option, properties, kind }: Scope): readonly string[] => [
  ...properties.keys(),
  ...(kind === 'blockdev' ? BELOW : []),
  ...(OWN[nameOf(option)] ?? []),
];

/** Whether a key that the thing does not have is one of something else. */
export const isKeyElsewhere = (catalogue: QemuCatalogue, key: string): boolean =>
  OWN_ANYWHERE.has(key) ||
  BELOW.includes(key) ||
  isUnlistedParameter(key) ||
  catalogue.isPropertyElsewhere(key);

/** Of these there is one list, however often they are written. */
const MERGED: ReadonlySet<string> = new Set(['m', 'rtc', 'name', 'icount', 'action', 'boot']);

/** Properties with parts that are each listed: `cache.direct`, `out.frequency`. */
const WITH_LISTED_PARTS: ReadonlySet<string> = new Set(['cache', 'in', 'out']);

/**
 * The fact about a written property. `own` for keys that are QEMU's own, `inner` for parts of a property with parts,
 * which are not looked into; undefined where there is no such property.
 */
function factAbout(
  { option, kind, properties, prefix }: Scope,
  { key, form }: Property,
): PropertyFact | 'own' | undefined {
  const name = nameOf(option);
  const own = key.slice(prefix.length);
  const spelt = kind === 'machine' ? own.replaceAll('_', '-') : own;
  const implied = typeof option.shape === 'object' ? option.shape.implied : '';
  if ((spelt === implied && !properties.has(spelt)) || OWN[name]?.includes(spelt)) return 'own';
  if (kind === 'device' && HIDDEN.has(spelt)) return 'own';
  // Lists that are not merged to one may have an id.
  if (kind === 'parameters' && spelt === 'id' && !MERGED.has(name)) return 'own';
  const found = properties.get(spelt);
  if (found) return found;
  // The old way to switch something off: `noacpi`.
  if (form === 'flag' && spelt.startsWith('no') && properties.has(spelt.slice(2))) return 'own';
  // Lists are written as `len-x` and `x[0]`, parts as `x.y`.
  const [stem = ''] = spelt.replace(/^len-/, '').split(/[.[]/, 1);
  const isWhole = stem === spelt || (properties.get(stem)?.type === 'obj' && WITH_LISTED_PARTS.has(stem));
  return !isWhole && properties.has(stem) ? 'own' : undefined;
}

/** The properties that are written, each with the fact about it (see factAbout). */
export const factsIn = oncePer((scope: Scope) =>
  scope.written.map((property) => ({ property, fact: factAbout(scope, property) })),
);

/** The written properties that the thing does not have. */
export const unknownIn = foundIn((scope) =>
  factsIn(scope)
    .filter(({ fact }) => fact === undefined)
    .map(({ property }) => property),
);

/**
 * What is found in a scope by what is written in it alone. Where that is nothing, the same text is not looked into again: of
 * the options of a script most stay what they are from one reading to the next.
 */
export function foundIn<T>(find: (scope: Scope) => readonly T[]): (scope: Scope) => readonly T[] {
  const soundIn = oncePerPair((_text: OptionText, _fact: Fact) => new Set<string>());
  return (scope) => {
    const sound = soundIn(scope.option.text, scope.fact);
    if (sound.has(scope.prefix)) return NOTHING;
    const found = find(scope);
    if (found.length === 0) sound.add(scope.prefix);
    return found;
  };
}

const NOTHING: readonly never[] = [];
