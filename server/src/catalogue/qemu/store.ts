import { parseVersion, type Version } from '../../guest/target.ts';

/** Versions as bits: the first one known is 1, the next one 2. */
export type Versions = number;

/** One fact of a record, and the versions that it is true of. */
export interface Token {
  readonly text: string;
  readonly versions: Versions;
}

export interface StoredRecord {
  readonly versions: Versions;
  readonly tokens: readonly Token[];
}

/** What stands behind the name of a property: whether it is required or has a value of its own, then its type. */
const IS_PROPERTY = /^!?\??:/;

/**
 * What is stored of the QEMUs of one architecture: a line for each record, with a key such as `device virtio-net-pci`
 * (scripts/lib/catalogue/qemu/store.mjs writes it). Only the lines that are asked for are read.
 */
export class Store {
  /** Oldest first. */
  readonly versions: readonly Version[];
  readonly #text: string;
  readonly #names: readonly string[];
  /** Where each line's key starts. */
  readonly #places = new Map<string, number>();
  /** Few sets of versions are written, and those often. */
  readonly #ranges = new Map<string, Versions>();
  readonly #records = new Map<string, StoredRecord>();

  constructor(text: string) {
    this.#text = text;
    let start = text.indexOf('\n') + 1;
    this.#names = text
      .slice(0, start - 1)
      .split('\t')
      .slice(1);
    this.versions = this.#names.map((name) => parseVersion(name) ?? [0, 0]);
    while (start < text.length) {
      this.#places.set(text.slice(start, text.indexOf('\t', start)), start);
      start = text.indexOf('\n', start) + 1 || text.length;
    }
  }

  /** The names of the records of a kind. */
  names(kind: string): string[] {
    const prefix = `${kind} `;
    return [...this.#places.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  }

  /** The versions that have a record, without reading the rest of it; none where there is no such record. */
  versionsOf(key: string): Versions {
    const start = this.#places.get(key);
    if (start === undefined) return 0;
    const from = this.#text.indexOf('\t', start) + 1;
    const ranges = this.#text.slice(from, this.#fieldEnd(from));
    return this.#read(ranges === '' ? '-' : ranges);
  }

  /** Where a field of a line ends, and with it perhaps the line. */
  #fieldEnd(from: number): number {
    let end = from;
    while (end < this.#text.length && this.#text[end] !== '\t' && this.#text[end] !== '\n') end++;
    return end;
  }

  /** Whether any record has a property of that name, in some version. */
  hasProperty(name: string): boolean {
    const token = `\t${name}`;
    for (let at = this.#text.indexOf(token); at >= 0; at = this.#text.indexOf(token, at + 1)) {
      const end = at + token.length;
      if (IS_PROPERTY.test(this.#text.slice(end, end + 3))) return true;
    }
    return false;
  }

  /** What is said of a record as a whole, without reading its properties: the tokens that begin with `@`, which stand first. */
  marks(key: string): readonly Token[] {
    const start = this.#places.get(key);
    if (start === undefined) return [];
    const versions = this.versionsOf(key);
    const marks: Token[] = [];
    let tab = this.#text.indexOf('\t', this.#text.indexOf('\t', start) + 1);
    while (this.#text.startsWith('\t@', tab)) {
      const next = this.#fieldEnd(tab + 1);
      marks.push(this.#token(this.#text.slice(tab + 1, next), versions));
      tab = next;
    }
    return marks;
  }

  record(key: string): StoredRecord | undefined {
    const known = this.#records.get(key);
    if (known) return known;
    const start = this.#places.get(key);
    if (start === undefined) return undefined;
    const end = this.#text.indexOf('\n', start);
    const [, ranges = '', ...tokens] = this.#text.slice(start, end < 0 ? undefined : end).split('\t');
    const versions = this.#read(ranges === '' ? '-' : ranges);
    const record = { versions, tokens: tokens.map((token) => this.#token(token, versions)) };
    this.#records.set(key, record);
    return record;
  }

  #token(written: string, versions: Versions): Token {
    const at = written.lastIndexOf(' ~');
    if (at < 0) return { text: written, versions };
    return { text: written.slice(0, at), versions: this.#read(written.slice(at + 2)) };
  }

  /** `7.2`, `-10.0`, `10.0-`: ranges that are open at the oldest and the newest version. */
  #read(ranges: string): Versions {
    const known = this.#ranges.get(ranges);
    if (known !== undefined) return known;
    let bits = 0;
    for (const range of ranges.split(',')) {
      const [from = '', to = from] = range.split('-');
      const first = from === '' ? 0 : this.#names.indexOf(from);
      const last = to === '' ? this.#names.length - 1 : this.#names.indexOf(to);
      for (let i = first; i <= last; i++) bits |= 1 << i;
    }
    this.#ranges.set(ranges, bits);
    return bits;
  }
}
