import type { Datatype } from './datatype.ts';

/** What content may look like, after RELAX NG. Equal patterns are one object, so that they can be keys. */
export type Pattern = Leaf | Compound | Simple;

interface Base {
  readonly id: number;
  /** Matches where nothing is left to come. */
  readonly nullable: boolean;
}

export interface Simple extends Base {
  /** `nothing` matches not even that: it is what remains where something did not fit. */
  readonly kind: 'empty' | 'nothing';
}

export type Leaf = ElementPattern | AttributePattern | TextPattern;

/** What leaves are looked up by: elements and attributes by their kind and name, `*` for any; texts together. */
export type LeafKey = `<${string}` | `@${string}` | 'text';

export const elementKey = (name = '*'): LeafKey => `<${name}`;
export const attributeKey = (name = '*'): LeafKey => `@${name}`;

export interface TextPattern extends Base {
  readonly kind: 'text';
  readonly key: LeafKey;
  /** undefined for any text, also none and also between elements. */
  readonly type: Datatype | undefined;
}

/** An element or an attribute. */
class Named<Kind extends 'element' | 'attribute'> implements Base {
  readonly kind: Kind;
  readonly nullable = false;
  readonly id: number;
  readonly key: LeafKey;
  /** `{namespace}local`, or the local name where it has none; undefined for any name. */
  readonly name: string | undefined;
  readonly #make: () => Pattern;
  #content: Pattern | undefined;

  constructor(kind: Kind, id: number, name: string | undefined, make: () => Pattern) {
    this.kind = kind;
    this.id = id;
    this.key = kind === 'element' ? elementKey(name) : attributeKey(name);
    this.name = name;
    this.#make = make;
  }

  /** Made when it is asked for: elements may hold themselves, and most of a schema is in no document at hand. */
  get content(): Pattern {
    this.#content ??= this.#make();
    return this.#content;
  }
}

export type ElementPattern = Named<'element'>;
export type AttributePattern = Named<'attribute'>;

export class Compound implements Base {
  readonly id: number;
  /** `many` is one or more. */
  readonly kind: 'choice' | 'interleave' | 'group' | 'many';
  readonly parts: readonly Pattern[];
  readonly nullable: boolean;
  #keys: ReadonlySet<LeafKey> | undefined;

  constructor(id: number, kind: Compound['kind'], parts: readonly Pattern[]) {
    this.id = id;
    this.kind = kind;
    this.parts = parts;
    const isNullable = (part: Pattern): boolean => part.nullable;
    this.nullable = kind === 'choice' ? parts.some(isNullable) : parts.every(isNullable);
  }

  /** Of the leaves that can come in it, wherever in it they stand; not of what stands in its elements. */
  get keys(): ReadonlySet<LeafKey> {
    this.#keys ??= keysOf(this.parts);
    return this.#keys;
  }
}

function keysOf(parts: readonly Pattern[]): Set<LeafKey> {
  const keys = new Set<LeafKey>();
  for (const part of parts) {
    if (part instanceof Compound) for (const key of part.keys) keys.add(key);
    else if (isLeaf(part)) keys.add(part.key);
  }
  return keys;
}

export const isLeaf = (pattern: Pattern): pattern is Leaf =>
  pattern.kind === 'element' || pattern.kind === 'attribute' || pattern.kind === 'text';

/** Whether such a leaf is somewhere in a pattern. */
export const hasLeaf = (pattern: Pattern, key: LeafKey): boolean =>
  pattern instanceof Compound ? pattern.keys.has(key) : isLeaf(pattern) && pattern.key === key;

/** Makes patterns, simplified, each once. */
export class Patterns {
  readonly #compounds = new Map<string, Compound>();
  #nextId = 0;

  readonly empty: Simple = { kind: 'empty', id: this.#nextId++, nullable: true };
  readonly nothing: Simple = { kind: 'nothing', id: this.#nextId++, nullable: false };
  readonly anyText: TextPattern = {
    kind: 'text',
    id: this.#nextId++,
    key: 'text',
    nullable: true,
    type: undefined,
  };

  /** How many there are: what was made for odd documents stays. */
  get size(): number {
    return this.#nextId;
  }

  text(type: Datatype): TextPattern {
    return { kind: 'text', id: this.#nextId++, key: 'text', nullable: false, type };
  }

  element(name: string | undefined, content: () => Pattern): ElementPattern {
    return new Named('element', this.#nextId++, name, content);
  }

  attribute(name: string | undefined, content: () => Pattern): AttributePattern {
    return new Named('attribute', this.#nextId++, name, content);
  }

  choice(parts: readonly Pattern[]): Pattern {
    if (parts.length === 1) return parts[0]!;
    const options = new Set<Pattern>();
    for (const part of parts) {
      if (part.kind === 'choice') for (const inner of part.parts) options.add(inner);
      else if (part !== this.nothing) options.add(part);
    }
    if (options.size > 1 && options.has(this.empty)) {
      const others = [...options].filter((option) => option !== this.empty);
      if (others.some((option) => option.nullable)) options.delete(this.empty);
    }
    return this.#compound('choice', inOrder([...options]), this.nothing);
  }

  interleave(parts: readonly Pattern[]): Pattern {
    if (parts.length === 1) return parts[0]!;
    return parts.includes(this.nothing)
      ? this.nothing
      : this.#compound('interleave', inOrder(this.#flat('interleave', parts)), this.empty);
  }

  group(parts: readonly Pattern[]): Pattern {
    if (parts.length === 1) return parts[0]!;
    return parts.includes(this.nothing)
      ? this.nothing
      : this.#compound('group', this.#flat('group', parts), this.empty);
  }

  many(part: Pattern): Pattern {
    if (part === this.empty || part === this.nothing || part.kind === 'many') return part;
    return this.#compound('many', [part], this.empty);
  }

  optional(part: Pattern): Pattern {
    if (part.nullable) return part;
    if (part === this.nothing) return this.empty;
    return this.#compound(
      'choice',
      [this.empty, ...(part.kind === 'choice' ? part.parts : [part])],
      this.empty,
    );
  }

  #flat(kind: 'interleave' | 'group', parts: readonly Pattern[]): Pattern[] {
    const flat: Pattern[] = [];
    for (const part of parts) {
      if (part.kind === kind) flat.push(...part.parts);
      else if (part !== this.empty) flat.push(part);
    }
    return flat;
  }

  #compound(kind: Compound['kind'], parts: readonly Pattern[], none: Pattern): Pattern {
    if (parts.length === 0) return none;
    if (parts.length === 1 && kind !== 'many') return parts[0]!;
    let key: string = kind;
    for (const { id } of parts) key += `,${id}`;
    const known = this.#compounds.get(key);
    if (known) return known;
    const made = new Compound(this.#nextId++, kind, parts);
    this.#compounds.set(key, made);
    return made;
  }
}

const inOrder = (parts: Pattern[]): Pattern[] => parts.sort((a, b) => a.id - b.id);
