import type { Fact, Kind, PropertyFact, QemuCatalogue } from '../../catalogue/qemu.ts';
import { type CommandLine, mergedValue } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { isKnown } from '../../guest/value.ts';
import { oncePer, oncePerPair } from '../../values/oncePer.ts';
import type { QemuContext } from '../define.ts';
import type { Meant } from './meant.ts';

/** An option, and the properties that what it makes can have. */
export interface Scope {
  readonly option: Option;
  readonly kind: Kind;
  /** The record that the properties are of. */
  readonly name: string;
  /** As a reader would call it: `virtio-net-pci`, `-smp`. */
  readonly label: string;
  readonly properties: ReadonlyMap<string, PropertyFact>;
  /** False where others may exist. */
  readonly complete: boolean;
  /** What QEMU says of a property that it does not know. */
  refusal(key: string): string;
}

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
  netdev: ['type', 'id', 'ipv6-net'],
  numa: ['type'],
  object: ['qom-type', 'id'],
};

/** More of a device's, which nobody means. */
const HIDDEN: ReadonlySet<string> = new Set(['hotplugged', 'hotpluggable', 'realized', 'parent_bus', 'type']);

const OWN_ANYWHERE: ReadonlySet<string> = new Set(Object.values(OWN).flat());

const nameOf = ({ name }: Option): string => (name === 'M' ? 'machine' : name);

/** All that may be written there, as candidates for what was meant. */
export const keysOf = ({ option, properties }: Scope): readonly string[] => [
  ...properties.keys(),
  ...(OWN[nameOf(option)] ?? []),
];

/** Whether a key that the thing does not have is one of something else. */
export const isKeyElsewhere = (catalogue: QemuCatalogue, key: string): boolean =>
  OWN_ANYWHERE.has(key) || catalogue.isPropertyElsewhere(key);

/** Options whose parameters QEMU lists itself, all of them; those of -smp are the matter of its own rules. */
const LISTED = new Set(['m', 'rtc', 'name', 'icount', 'overcommit', 'mon', 'action', 'boot', 'chardev']);

/** Of these there is one list, however often they are written. */
const MERGED = new Set(['m', 'rtc', 'name', 'icount', 'action', 'boot']);

const readIn = oncePer((_line: CommandLine) => new Map<QemuCatalogue, readonly Scope[]>());

/** What each option makes, where the catalogue knows it; the rules about names and about values ask the same. */
export function scopesOf(context: QemuContext, { catalogue }: Meant): readonly Scope[] {
  const known = readIn(context.line);
  const scopes = known.get(catalogue) ?? find(context, catalogue);
  known.set(catalogue, scopes);
  return scopes;
}

function find(context: QemuContext, catalogue: QemuCatalogue): readonly Scope[] {
  const machine = mergedValue(context.line, ['machine', 'M'], 'type');
  return context.line.options.flatMap((option) => {
    const name = nameOf(option);
    const head = option.head;
    if (name === 'machine') {
      const named = isKnown(machine) ? machine.value : context.guest.machine.type;
      const type =
        typeof named === 'string' ? named : named.state === 'absent' ? named.default?.name : undefined;
      return type === undefined ? [] : scopeOf(option, catalogue.machine(type));
    }
    if (LISTED.has(name)) return scopeOf(option, catalogue.fact('parameters', name));
    if (!isKnown(head)) return [];
    return scopeOf(option, factOf(catalogue, name, head.value));
  });
}

function factOf(catalogue: QemuCatalogue, option: string, name: string): Fact | undefined {
  switch (option) {
    case 'device':
      return catalogue.device(name);
    case 'object':
    case 'netdev':
    case 'accel':
    case 'numa':
    case 'audiodev':
    case 'display':
    case 'blockdev':
      return catalogue.fact(option, name);
    default:
      return undefined;
  }
}

const scopeOf = (option: Option, fact: Fact | undefined): Scope[] =>
  !fact || (fact.kind === 'parameters' && fact.properties.size === 0) ? [] : [scopeUnder(option, fact)];

/** The same for all variants that share the option, so that what follows from it alone is found once. */
const scopeUnder = oncePerPair((option: Option, fact: Fact): Scope => {
  const { kind, name, properties, complete } = fact;
  return {
    option,
    kind,
    name,
    label: kind === 'parameters' || kind === 'display' || kind === 'netdev' ? labelOf(fact) : name,
    properties,
    complete,
    refusal: (key) => refusalOf(option, fact, key),
  };
});

const labelOf = ({ kind, name }: Fact): string => (kind === 'parameters' ? `-${name}` : `-${kind} ${name}`);

function refusalOf(option: Option, { kind, name }: Fact, key: string): string {
  switch (kind) {
    case 'device':
      return `Property '${name}.${key}' not found`;
    case 'machine':
      return `Property '${name}-machine.${key}' not found`;
    case 'accel':
      return `Property '${name}-accel.${key}' not found`;
    case 'display':
    case 'audiodev':
    case 'blockdev':
      return `Parameter '${key}' is unexpected`;
    default:
      if (option.name === 'boot') return `Parameter 'boot.${key}' is unexpected`;
      return option.json ? `Parameter '${key}' is unexpected` : `Invalid parameter '${key}'`;
  }
}

/**
 * The fact about a written property. `own` for keys that are QEMU's own, `inner` for parts of a property with parts,
 * which are not looked into; undefined where there is no such property.
 */
function factAbout(
  { option, kind, properties }: Scope,
  { key, form }: Property,
): PropertyFact | 'own' | undefined {
  const name = nameOf(option);
  const spelt = kind === 'machine' ? key.replaceAll('_', '-') : key;
  const implied = typeof option.shape === 'object' ? option.shape.implied : '';
  if (spelt === implied || OWN[name]?.includes(spelt)) return 'own';
  if (kind === 'device' && HIDDEN.has(spelt)) return 'own';
  // Lists that are not merged to one may have an id.
  if (kind === 'parameters' && spelt === 'id' && !MERGED.has(name)) return 'own';
  const found = properties.get(spelt);
  if (found) return found;
  // The old way to switch something off: `noacpi`.
  if (form === 'flag' && spelt.startsWith('no') && properties.has(spelt.slice(2))) return 'own';
  // Lists are written as `len-x` and `x[0]`, parts as `x.y`.
  const [stem = ''] = spelt.replace(/^len-/, '').split(/[.[]/, 1);
  return stem !== spelt && properties.has(stem) ? 'own' : undefined;
}

/** The properties that are written, each with the fact about it (see factAbout). */
export const factsIn = oncePer((scope: Scope) =>
  scope.option.properties.map((property) => ({ property, fact: factAbout(scope, property) })),
);
