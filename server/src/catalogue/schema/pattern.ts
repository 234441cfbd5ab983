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

export interface Compound extends Base {
  /** `many` is one or more. */
  readonly kind: 'choice' | 'interleave' | 'group' | 'many';
  readonly parts: readonly Pattern[];
}

export type Leaf = ElementPattern | AttributePattern | TextPattern;

export interface ElementPattern extends Base {
  readonly kind: 'element';
  /** `{namespace}local`, or the local name where it has none; undefined for any name. */
  readonly name: string | undefined;
  /** Made when it is asked for, as elements may hold themselves. */
  readonly content: Pattern;
}

export interface AttributePattern extends Base {
  readonly kind: 'attribute';
  readonly name: string | undefined;
  readonly content: Pattern;
}

export interface TextPattern extends Base {
  readonly kind: 'text';
  /** undefined for any text, also none and also between elements. */
  readonly type: Datatype | undefined;
}

export const isLeaf = (pattern: Pattern): pattern is Leaf =>
  pattern.kind === 'element' || pattern.kind === 'attribute' || pattern.kind === 'text';

/** Makes patterns, simplified, each once. */
export class Patterns {
  readonly #compounds = new Map<string, Compound>();
  #nextId = 0;

  readonly empty: Simple = { kind: 'empty', id: this.#nextId++, nullable: true };
  readonly nothing: Simple = { kind: 'nothing', id: this.#nextId++, nullable: false };
  readonly anyText: TextPattern = { kind: 'text', id: this.#nextId++, nullable: true, type: undefined };

  /** How many there are: what was made for odd documents stays. */
  get size(): number {
    return this.#nextId;
  }

  text(type: Datatype): TextPattern {
    return { kind: 'text', id: this.#nextId++, nullable: false, type };
  }

  element(name: string | undefined, content: () => Pattern): ElementPattern {
    let made: Pattern | undefined;
    return {
      kind: 'element',
      id: this.#nextId++,
      nullable: false,
      name,
      get content() {
        made ??= content();
        return made;
      },
    };
  }

  attribute(name: string | undefined, content: Pattern): AttributePattern {
    return { kind: 'attribute', id: this.#nextId++, nullable: false, name, content };
  }

  choice(parts: readonly Pattern[]): Pattern {
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
    return parts.includes(this.nothing)
      ? this.nothing
      : this.#compound('interleave', inOrder(this.#flat('interleave', parts)), this.empty);
  }

  group(parts: readonly Pattern[]): Pattern {
    return parts.includes(this.nothing)
      ? this.nothing
      : this.#compound('group', this.#flat('group', parts), this.empty);
  }

  many(part: Pattern): Pattern {
    if (part === this.empty || part === this.nothing || part.kind === 'many') return part;
    return this.#compound('many', [part], this.empty);
  }

  optional(part: Pattern): Pattern {
    return this.choice([part, this.empty]);
  }

  #flat(kind: 'interleave' | 'group', parts: readonly Pattern[]): Pattern[] {
    return parts
      .flatMap((part) => (part.kind === kind ? part.parts : part))
      .filter((part) => part !== this.empty);
  }

  #compound(kind: Compound['kind'], parts: readonly Pattern[], none: Pattern): Pattern {
    if (parts.length === 0) return none;
    if (parts.length === 1 && kind !== 'many') return parts[0]!;
    const key = `${kind}:${parts.map(({ id }) => id).join()}`;
    const known = this.#compounds.get(key);
    if (known) return known;
    const isNullable = (part: Pattern): boolean => part.nullable;
    const nullable = kind === 'choice' ? parts.some(isNullable) : parts.every(isNullable);
    const made: Compound = { kind, id: this.#nextId++, nullable, parts };
    this.#compounds.set(key, made);
    return made;
  }
}

const inOrder = (parts: Pattern[]): Pattern[] => parts.sort((a, b) => a.id - b.id);
