import type { Fact, Kind, PropertyFact, QemuCatalogue } from '../../catalogue/qemu.ts';
import { unlistedParameters } from '../../catalogue/qemuParameters.ts';
import { type CommandLine, mergedValue } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import type { OptionText } from '../../dialects/qemu/optionText.ts';
import { isKnown } from '../../guest/value.ts';
import { oncePer, oncePerPair } from '../../values/oncePer.ts';
import type { QemuContext } from '../define.ts';
import type { Meant } from './meant.ts';

/** An option, or a block node inside one, and the properties that what it makes can have. */
export interface Scope {
  readonly option: Option;
  /** Those of its properties that are of this thing. */
  readonly written: readonly Property[];
  /** What their keys begin with: `file.` for the node below another one, else nothing. */
  readonly prefix: string;
  /** What is known of the thing. */
  readonly fact: Fact;
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

/** Options whose parameters are all known, from QEMU itself or asked for; those of -smp are the matter of its own rules. */
const LISTED: ReadonlySet<string> = new Set([
  'acpitable',
  'action',
  'add-fd',
  'boot',
  'chardev',
  'compat',
  'fsdev',
  'fw_cfg',
  'icount',
  'm',
  'mon',
  'msg',
  'name',
  'overcommit',
  'rtc',
  'run-with',
  'sandbox',
  'smbios',
  'spice',
  'tpmdev',
  'virtfs',
  'vnc',
]);

/** `-M` is `-machine`. */
export const nameOf = ({ name }: Option): string => (name === 'M' ? 'machine' : name);

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
    if (name === 'machine') {
      const named = isKnown(machine) ? machine.value : context.guest.machine.type;
      const type =
        typeof named === 'string' ? named : named.state === 'absent' ? named.default?.name : undefined;
      return type === undefined ? [] : scopeOf(option, catalogue.machine(type));
    }
    if (LISTED.has(name)) return scopeOf(option, parametersOf(catalogue, option));
    if (name === 'nic' || name === 'net') return cardOf(option, catalogue);
    if (name === 'blockdev') return nodesIn(option, catalogue);
    return scopeOf(option, factOf(option.text, catalogue));
  });
}

/** -nic takes what its backend takes, with a card beside it; -net names card and backend apart (net/net.c). */
function cardOf(option: Option, catalogue: QemuCatalogue): readonly Scope[] {
  const type = option.makes;
  const fact = type === undefined || type === 'none' ? undefined : catalogue.fact('netdev', type);
  return fact ? scopeOf(option, fact) : [];
}

/** What QEMU lists for an option, else what was asked for. */
function parametersOf(catalogue: QemuCatalogue, option: Option): Fact | undefined {
  const listed = catalogue.fact('parameters', option.name);
  if (listed && listed.properties.size > 0) return listed;
  const type = option.find('file') ? undefined : option.says('type');
  return unlistedParameters(option.name, type, catalogue.version);
}

const factOf = oncePerPair((option: OptionText, catalogue: QemuCatalogue): Fact | undefined => {
  const { name, makes } = option;
  if (makes === undefined) return undefined;
  switch (name) {
    case 'device':
      return catalogue.device(makes);
    case 'audiodev':
      return catalogue.fact(name, makes) ?? catalogue.factToldLater(name, makes);
    case 'object':
    case 'netdev':
    case 'accel':
    case 'numa':
    case 'display':
    case 'blockdev':
      return catalogue.fact(name, makes);
    default:
      return undefined;
  }
});

const scopeOf = (option: Option, fact: Fact | undefined): Scope[] =>
  !fact || (fact.kind === 'parameters' && fact.properties.size === 0) ? [] : [scopeUnder(option, fact)];

/** The same for all variants that share the option, so that what follows from it alone is found once. */
const scopeUnder = oncePerPair(
  (option: Option, fact: Fact): Scope => scopeOver(option, fact, '', option.properties),
);

/** A -blockdev makes its own node, and others below it: each key that ends in `.driver` names one. */
const nodesIn = oncePerPair((option: Option, catalogue: QemuCatalogue): readonly Scope[] => {
  const prefixes = option.properties
    .filter(({ key }) => key === 'driver' || key.endsWith('.driver'))
    .map(({ key }) => key.slice(0, -'driver'.length));
  return prefixes.flatMap((prefix) => {
    const driver = option.value(`${prefix}driver`);
    const fact = isKnown(driver) ? catalogue.fact('blockdev', driver.value) : undefined;
    const below = prefixes.filter((other) => other.length > prefix.length && other.startsWith(prefix));
    const written = option.properties.filter(
      ({ key }) => key.startsWith(prefix) && !below.some((other) => key.startsWith(other)),
    );
    return fact ? [scopeOver(option, fact, prefix, written)] : [];
  });
});

function scopeOver(option: Option, fact: Fact, prefix: string, written: readonly Property[]): Scope {
  const { kind, name, properties, complete } = fact;
  return {
    option,
    prefix,
    written,
    fact,
    kind,
    name,
    label: kind === 'parameters' || kind === 'display' || kind === 'netdev' ? labelOf(fact) : name,
    properties,
    complete,
    refusal: (key) => refusalOf(option, fact, key),
  };
}

const labelOf = ({ kind, name }: Fact): string => (kind === 'parameters' ? `-${name}` : `-${kind} ${name}`);

function refusalOf(option: Option, { kind, name }: Fact, key: string): string {
  switch (kind) {
    case 'device':
      return `Property '${name}.${key}' not found`;
    case 'machine':
      // A key with parts is looked up by its first.
      return `Property '${name}-machine.${key.split('.', 1)[0]}' not found`;
    case 'accel':
      return `Property '${name}-accel.${key}' not found`;
    case 'display':
    case 'audiodev':
    case 'blockdev':
      return `Parameter '${key}' is unexpected`;
    default:
      if (option.name === 'boot') return `Parameter 'boot.${key}' is unexpected`;
      return option.json || option.name === 'compat'
        ? `Parameter '${key}' is unexpected`
        : `Invalid parameter '${key}'`;
  }
}
