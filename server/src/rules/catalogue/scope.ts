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
export class Scope {
  readonly option: Option;
  /** What is known of the thing. */
  readonly fact: Fact;
  /** What the keys of its properties begin with: `file.` for the node below another one, else nothing. */
  readonly prefix: string;
  /** What the keys of the nodes below it begin with. */
  readonly #below: readonly string[];
  #written: readonly Property[] | undefined;

  constructor(option: Option, fact: Fact, prefix = '', below: readonly string[] = []) {
    this.option = option;
    this.fact = fact;
    this.prefix = prefix;
    this.#below = below;
  }

  get kind(): Kind {
    return this.fact.kind;
  }

  /** The record that the properties are of. */
  get name(): string {
    return this.fact.name;
  }

  /** As a reader would call it: `virtio-net-pci`, `-smp`. */
  get label(): string {
    const { kind, name } = this.fact;
    if (kind === 'parameters') return `-${name}`;
    return kind === 'display' || kind === 'netdev' ? `-${kind} ${name}` : name;
  }

  get properties(): ReadonlyMap<string, PropertyFact> {
    return this.fact.properties;
  }

  /** False where others may exist. */
  get complete(): boolean {
    return this.fact.complete;
  }

  /** Those of the option's properties that are of this thing. */
  get written(): readonly Property[] {
    this.#written ??= this.option.properties.filter(
      ({ key }) => key.startsWith(this.prefix) && !this.#below.some((other) => key.startsWith(other)),
    );
    return this.#written;
  }

  /** What QEMU says of a property that it does not know. */
  refusal(key: string): string {
    return refusalOf(this.option, this.fact, key);
  }
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
  const scopes: Scope[] = [];
  for (const option of context.line.options) {
    if (option.name === 'blockdev') addNodes(scopes, option, catalogue);
    else {
      const fact = factMadeBy(option, context, catalogue);
      if (fact && (fact.kind !== 'parameters' || fact.properties.size > 0))
        scopes.push(new Scope(option, fact));
    }
  }
  return scopes;
}

function factMadeBy(option: Option, context: QemuContext, catalogue: QemuCatalogue): Fact | undefined {
  const name = nameOf(option);
  if (name === 'machine') return machineOf(context, catalogue);
  if (LISTED.has(name)) return parametersOf(catalogue, option);
  return name === 'nic' || name === 'net' ? cardOf(option, catalogue) : factOf(option.text, catalogue);
}

/** The machine that all of -machine is about. */
function machineOf({ line, guest }: QemuContext, catalogue: QemuCatalogue): Fact | undefined {
  const written = mergedValue(line, ['machine', 'M'], 'type');
  const { type } = guest.machine;
  const name = isKnown(written) ? written.value : type.state === 'absent' ? type.default?.name : undefined;
  return name === undefined ? undefined : catalogue.machine(name);
}

/** -nic takes what its backend takes, with a card beside it; -net names card and backend apart (net/net.c). */
function cardOf(option: Option, catalogue: QemuCatalogue): Fact | undefined {
  const type = option.makes;
  return type === undefined || type === 'none' ? undefined : catalogue.fact('netdev', type);
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
      return catalogue.fact(name, makes);
    default:
      return undefined;
  }
});

/** What the keys of each node in a -blockdev begin with: each that ends in `.driver` names one below its own. */
const nodesIn = oncePer(({ properties }: OptionText): readonly string[] =>
  properties
    .filter(({ key }) => key === 'driver' || key.endsWith('.driver'))
    .map(({ key }) => key.slice(0, -'driver'.length)),
);

function addNodes(scopes: Scope[], option: Option, catalogue: QemuCatalogue): void {
  const prefixes = nodesIn(option.text);
  for (const prefix of prefixes) {
    const driver = option.says(`${prefix}driver`);
    const fact = driver === undefined ? undefined : catalogue.fact('blockdev', driver);
    const below = prefixes.filter((other) => other.length > prefix.length && other.startsWith(prefix));
    if (fact) scopes.push(new Scope(option, fact, prefix, below));
  }
}

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
