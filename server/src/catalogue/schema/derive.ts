import { Leaves } from './leaves.ts';
import {
  Compound,
  hasLeaf,
  isLeaf,
  type Leaf,
  type LeafKey,
  type Pattern,
  type Patterns,
} from './pattern.ts';

/** A set of leaves that something in a document was found to be an instance of; equal sets are one object. */
export interface Found {
  readonly leaves: ReadonlySet<Pattern>;
  readonly keys: readonly LeafKey[];
  readonly derived: Map<Pattern, Pattern>;
  /** The same for attributes, whose order means nothing, even in a group. */
  readonly derivedUnordered: Map<Pattern, Pattern>;
}

/** Takes patterns apart by derivatives: what is left of one when something has been found. Every answer is kept. */
export class Deriver {
  readonly #patterns: Patterns;
  readonly #leaves = new Map<Pattern, Leaves>();
  readonly #closed = new Map<Pattern, Pattern>();
  readonly #forgiven = new Map<Pattern, Pattern>();
  readonly #single = new Map<Leaf, Found>();
  readonly #several = new Map<string, Found>();

  constructor(patterns: Patterns) {
    this.#patterns = patterns;
  }

  leavesOf(pattern: Pattern): Leaves {
    let leaves = this.#leaves.get(pattern);
    if (!leaves) {
      leaves = new Leaves(pattern);
      this.#leaves.set(pattern, leaves);
    }
    return leaves;
  }

  found(leaves: readonly Leaf[]): Found {
    if (leaves.length === 1) {
      const first = leaves[0]!;
      const known = this.#single.get(first);
      if (known) return known;
      const made = newFound(leaves);
      this.#single.set(first, made);
      return made;
    }
    const key = leaves
      .map(({ id }) => id)
      .sort((a, b) => a - b)
      .join();
    const known = this.#several.get(key);
    if (known) return known;
    const made = newFound(leaves);
    this.#several.set(key, made);
    return made;
  }

  /** What is left when an element or a text was found. */
  after(pattern: Pattern, found: Found): Pattern {
    return this.#derive(pattern, found, found.derived, true);
  }

  /** What is left when an attribute was found. */
  afterAttribute(pattern: Pattern, found: Found): Pattern {
    return this.#derive(pattern, found, found.derivedUnordered, false);
  }

  /** What is left when no more attributes come. */
  withoutAttributes(pattern: Pattern): Pattern {
    return this.#replace(pattern, this.#closed, this.#patterns.nothing);
  }

  /** The same, with attributes that are missing forgiven. */
  forgivingAttributes(pattern: Pattern): Pattern {
    return this.#replace(pattern, this.#forgiven, this.#patterns.empty);
  }

  #derive(pattern: Pattern, found: Found, known: Map<Pattern, Pattern>, ordered: boolean): Pattern {
    const before = known.get(pattern);
    if (before) return before;
    const { empty, nothing } = this.#patterns;
    if (pattern.kind === 'text' && pattern.type === undefined)
      return found.leaves.has(pattern) ? pattern : nothing;
    if (isLeaf(pattern)) return found.leaves.has(pattern) ? empty : nothing;
    if (!(pattern instanceof Compound)) return nothing;
    // Most parts of a long pattern have nothing to do with what was found.
    const derive = (part: Pattern): Pattern =>
      found.keys.some((key) => hasLeaf(part, key)) ? this.#derive(part, found, known, ordered) : nothing;
    const rest = this.#ofCompound(pattern, derive, ordered);
    known.set(pattern, rest);
    return rest;
  }

  #ofCompound(pattern: Compound, derive: (part: Pattern) => Pattern, ordered: boolean): Pattern {
    const { parts } = pattern;
    const patterns = this.#patterns;
    switch (pattern.kind) {
      case 'choice':
        return patterns.choice(parts.map(derive));
      case 'many':
        return patterns.group([derive(parts[0]!), patterns.optional(pattern)]);
      case 'interleave':
        return this.#anyOf(parts, derive, (rest) => patterns.interleave(rest));
      case 'group':
        if (!ordered) return this.#anyOf(parts, derive, (rest) => patterns.group(rest));
        return patterns.choice(this.#firstOf(parts, derive));
    }
  }

  /** One of the parts goes on, the others stay as they are. */
  #anyOf(
    parts: readonly Pattern[],
    derive: (part: Pattern) => Pattern,
    join: (parts: readonly Pattern[]) => Pattern,
  ): Pattern {
    const options: Pattern[] = [];
    parts.forEach((part, i) => {
      const rest = derive(part);
      if (rest !== this.#patterns.nothing) options.push(join(parts.with(i, rest)));
    });
    return this.#patterns.choice(options);
  }

  /** A part goes on where those before it may be left out. */
  #firstOf(parts: readonly Pattern[], derive: (part: Pattern) => Pattern): Pattern[] {
    const options: Pattern[] = [];
    for (let i = 0; i < parts.length; i++) {
      options.push(this.#patterns.group([derive(parts[i]!), ...parts.slice(i + 1)]));
      if (!parts[i]!.nullable) break;
    }
    return options;
  }

  #replace(pattern: Pattern, known: Map<Pattern, Pattern>, attribute: Pattern): Pattern {
    if (pattern.kind === 'attribute') return attribute;
    if (!(pattern instanceof Compound)) return pattern;
    const before = known.get(pattern);
    if (before) return before;
    const parts = pattern.parts.map((part) => this.#replace(part, known, attribute));
    const rest =
      pattern.kind === 'many' ? this.#patterns.many(parts[0]!) : this.#patterns[pattern.kind](parts);
    known.set(pattern, rest);
    return rest;
  }
}

const newFound = (leaves: readonly Leaf[]): Found => ({
  leaves: new Set(leaves),
  keys: [...new Set(leaves.map(({ key }) => key))],
  derived: new Map(),
  derivedUnordered: new Map(),
});
