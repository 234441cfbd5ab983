import type { Version } from '../../guest/target.ts';
import type {
  CpuFact,
  DeviceFact,
  DeviceHead,
  Fact,
  Kind,
  MachineFact,
  OptionFact,
  PlainKind,
} from './facts.ts';
import { StoredProperties } from './properties.ts';
import { isRequired, propertyName } from './property.ts';
import type { Store, StoredRecord, Token, Versions } from './store.ts';

/** A record as it is read: the fact, and what is said about it under names such as `alias`. */
interface Entry {
  readonly fact: Fact;
  readonly marks: Marks;
}

type Marks = ReadonlyMap<string, readonly string[]>;

function marksIn(tokens: readonly Token[]): Marks {
  const marks = new Map<string, string[]>();
  for (const { text } of tokens) {
    if (!text.startsWith('@')) continue;
    const [mark = '', value = ''] = text.slice(1).split('=', 2);
    marks.set(mark, [...(marks.get(mark) ?? []), value]);
  }
  return marks;
}

const headOf = (marks: Marks): DeviceHead => ({
  alias: marks.get('alias')?.[0],
  bus: marks.get('bus')?.[0],
  categories: marks.get('category') ?? [],
  abstract: marks.has('abstract'),
  internal: marks.has('internal'),
  deprecated: marks.has('deprecated'),
});

/** What is known of a name, and where nothing is: read at the first question. */
function kept<T>(known: Map<string, T | undefined>, name: string, read: () => T | undefined): T | undefined {
  const before = known.get(name);
  if (before !== undefined || known.has(name)) return before;
  const found = read();
  known.set(name, found);
  return found;
}

/** The names and values of one QEMU, or of the two between which it was made. */
export class QemuCatalogue {
  /** The version that the facts are of: where two are, the newer one. */
  readonly version: Version;
  /** False where the target was made between or beyond the versions known: names may have come and gone. */
  readonly exact: boolean;
  readonly #store: Store;
  readonly #versions: Versions;
  readonly #names = new Map<string, readonly string[]>();
  readonly #entries = new Map<string, Map<string, Entry | undefined>>();
  readonly #machines = new Map<string, MachineFact | undefined>();
  readonly #devices = new Map<string, DeviceFact | undefined>();
  readonly #heads = new Map<string, DeviceHead>();
  readonly #cpus = new Map<string, CpuFact | undefined>();
  #later: QemuCatalogue | undefined;

  /** @param indices of the versions of the store whose facts count. */
  constructor(store: Store, indices: readonly number[], exact: boolean) {
    this.version = store.versions[indices.at(-1)!]!;
    this.exact = exact;
    this.#store = store;
    this.#versions = indices.reduce((bits, index) => bits | (1 << index), 0);
  }

  /** Whether all names of a kind are known, so that one that is not there is none of QEMU's own. */
  complete(kind: Kind): boolean {
    return this.exact && this.names(kind).length > 0;
  }

  /** All names of a kind, aliases not among them. */
  names(kind: Kind): readonly string[] {
    return this.#list(kind);
  }

  /** Whether there is something of that name, aliases not among them; the quickest question. */
  has(kind: Kind, name: string): boolean {
    return this.#entry(kind, name) !== undefined;
  }

  /** Other names of machines or devices. */
  aliases(kind: 'machine' | 'device'): readonly string[] {
    return this.#list(`${kind}-alias`);
  }

  machine(name: string): MachineFact | undefined {
    return kept(this.#machines, name, () => this.#readMachine(name));
  }

  #readMachine(name: string): MachineFact | undefined {
    const entry = this.#entry('machine', this.#behind('machine', name));
    if (!entry) return undefined;
    const { fact, marks } = entry;
    const most = marks.get('cpu-max')?.[0];
    return {
      ...fact,
      aliases: marks.get('alias') ?? [],
      isDefault: marks.has('default'),
      mostCpus: most === undefined ? undefined : Number(most),
    };
  }

  device(name: string): DeviceFact | undefined {
    return kept(this.#devices, name, () => this.#readDevice(name));
  }

  /** The same without the properties, which take long to read for hundreds of devices. */
  deviceHead(name: string): DeviceHead | undefined {
    const known = this.#heads.get(name);
    if (known) return known;
    const key = `device ${this.#behind('device', name)}`;
    if ((this.#store.versionsOf(key) & this.#versions) === 0) return undefined;
    const head = headOf(marksIn(this.#store.marks(key).filter(this.#has)));
    this.#heads.set(name, head);
    return head;
  }

  #readDevice(name: string): DeviceFact | undefined {
    const entry = this.#entry('device', this.#behind('device', name));
    return entry && { ...entry.fact, ...headOf(entry.marks) };
  }

  /** A CPU model, with its flags as properties. */
  cpuModel(name: string): CpuFact | undefined {
    return kept(this.#cpus, name, () => this.#readCpuModel(name));
  }

  #readCpuModel(name: string): CpuFact | undefined {
    const entry = this.#entry('cpu', name);
    const like = entry?.marks.get('like')?.[0];
    const flags = like === undefined ? entry : this.#entry('cpu-properties', like);
    if (!entry || !flags) return undefined;
    const { properties, complete } = flags.fact;
    return { ...entry.fact, properties, complete, shared: like !== undefined };
  }

  option(name: string): OptionFact | undefined {
    const entry = this.#entry('option', name);
    return entry && { ...entry.fact, takesArgument: entry.marks.has('argument') };
  }

  fact(kind: PlainKind, name: string): Fact | undefined {
    return this.#entry(kind, name)?.fact;
  }

  /** The same where the schema of this version told nothing of the kind, from the first later one that does. */
  factToldLater(kind: PlainKind, name: string): Fact | undefined {
    if (!this.exact || this.names(kind).length > 0) return undefined;
    const later = this.#store.versionsOf(`${kind} ${name}`) & (-2 * this.#versions);
    const index = this.#store.versions.findIndex((_, i) => later & (1 << i));
    if (index < 0) return undefined;
    this.#later ??= new QemuCatalogue(this.#store, [index], false);
    return this.#later.fact(kind, name);
  }

  /** The versions known that have such a name or alias, oldest first. */
  versionsOf(kind: Kind, name: string): readonly Version[] {
    const store = this.#store;
    return this.#versionsIn(store.versionsOf(`${kind} ${name}`) | store.versionsOf(`${kind}-alias ${name}`));
  }

  /** The versions known in which the thing has such a property, oldest first. */
  versionsOfProperty(kind: Kind, name: string, property: string): readonly Version[] {
    const tokens = this.#store.record(`${kind} ${name}`)?.tokens ?? [];
    const isIt = ({ text }: Token): boolean =>
      text.startsWith(property) && /^!?\??:/.test(text.slice(property.length));
    return this.#versionsIn(tokens.filter(isIt).reduce((bits, { versions }) => bits | versions, 0));
  }

  /** Whether anything has a property of such a name, in some version. */
  isPropertyElsewhere(property: string): boolean {
    return this.#store.hasProperty(property);
  }

  #versionsIn(bits: Versions): readonly Version[] {
    return this.#store.versions.filter((_, i) => bits & (1 << i));
  }

  #has = ({ versions }: { readonly versions: Versions }): boolean => (versions & this.#versions) !== 0;

  #list(kind: string): readonly string[] {
    const known = this.#names.get(kind);
    if (known) return known;
    const names = this.#store
      .names(kind)
      .filter((name) => (this.#store.versionsOf(`${kind} ${name}`) & this.#versions) !== 0);
    this.#names.set(kind, names);
    return names;
  }

  /** The name behind an alias, else the name itself. Where two versions count, the newer one's. */
  #behind(kind: 'machine' | 'device', name: string): string {
    const tokens = this.#store.record(`${kind}-alias ${name}`)?.tokens ?? [];
    const newest = tokens
      .filter(this.#has)
      .reduce<Token | undefined>(
        (best, token) => (best && best.versions > token.versions ? best : token),
        undefined,
      );
    return newest?.text.slice('@of='.length) ?? name;
  }

  #entry(kind: string, name: string): Entry | undefined {
    const ofKind = this.#entries.get(kind) ?? new Map<string, Entry | undefined>();
    this.#entries.set(kind, ofKind);
    return kept(ofKind, name, () => {
      const record = this.#store.record(`${kind} ${name}`);
      return record && this.#has(record) ? this.#readEntry(kind as Kind, name, record) : undefined;
    });
  }

  #readEntry(kind: Kind, name: string, { tokens }: StoredRecord): Entry {
    const present = tokens.filter(this.#has);
    const marks = marksIn(present);
    const properties = new StoredProperties(this.#valuesOf);
    const required: string[] = [];
    for (const { text } of present) {
      if (text.startsWith('@')) continue;
      properties.add(text);
      if (isRequired(text)) required.push(propertyName(text));
    }
    const complete = !marks.has('partial');
    return {
      fact: { kind, name, properties, required, complete, deprecated: marks.has('deprecated') },
      marks,
    };
  }

  /** Undefined where this version told no values, whatever another one did. */
  #valuesOf = (type: string): readonly string[] | undefined => {
    const tokens = this.#store.record(`enum ${type}`)?.tokens.filter(this.#has) ?? [];
    return tokens.length > 0 ? tokens.map(({ text }) => text) : undefined;
  };
}
