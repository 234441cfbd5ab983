import {
  type AttributePattern,
  attributeKey,
  Compound,
  type ElementPattern,
  elementKey,
  hasLeaf,
  isLeaf,
  type Leaf,
  type LeafKey,
  type Pattern,
  type TextPattern,
} from './pattern.ts';

const ANY_ELEMENT = elementKey();
const ANY_ATTRIBUTE = attributeKey();

/** What can still come in a pattern, wherever in it that stands; not what stands in its elements. */
export class Leaves {
  readonly #pattern: Pattern;
  readonly #found = new Map<LeafKey, readonly Leaf[]>();

  constructor(pattern: Pattern) {
    this.#pattern = pattern;
  }

  /** Those that an element of this name may be an instance of. */
  elements(name: string): readonly ElementPattern[] {
    return this.#named(elementKey(name), ANY_ELEMENT) as readonly ElementPattern[];
  }

  attributes(name: string): readonly AttributePattern[] {
    return this.#named(attributeKey(name), ANY_ATTRIBUTE) as readonly AttributePattern[];
  }

  get texts(): readonly TextPattern[] {
    return this.#of('text') as readonly TextPattern[];
  }

  get elementNames(): Iterable<string> {
    return this.#names('<', ANY_ELEMENT);
  }

  get attributeNames(): Iterable<string> {
    return this.#names('@', ANY_ATTRIBUTE);
  }

  #named(key: LeafKey, any: LeafKey): readonly Leaf[] {
    const found = this.#of(key);
    return found.length > 0 ? found : this.#of(any);
  }

  #of(key: LeafKey): readonly Leaf[] {
    let found = this.#found.get(key);
    if (!found) {
      const leaves = new Set<Leaf>();
      gather(this.#pattern, key, leaves);
      found = [...leaves];
      this.#found.set(key, found);
    }
    return found;
  }

  #names(sign: string, any: LeafKey): string[] {
    const keys = this.#pattern instanceof Compound ? [...this.#pattern.keys] : keyOf(this.#pattern);
    return keys.filter((key) => key.startsWith(sign) && key !== any).map((key) => key.slice(1));
  }
}

function gather(pattern: Pattern, key: LeafKey, into: Set<Leaf>): void {
  if (pattern instanceof Compound) {
    for (const part of pattern.parts) if (hasLeaf(part, key)) gather(part, key, into);
  } else if (isLeaf(pattern) && pattern.key === key) {
    into.add(pattern);
  }
}

const keyOf = (pattern: Pattern): LeafKey[] => (isLeaf(pattern) ? [pattern.key] : []);

/** Whether a text is what the content of an attribute, or the text of an element, may be. */
export function acceptsText(pattern: Pattern, text: string): boolean {
  switch (pattern.kind) {
    case 'text':
      return pattern.type?.accepts(text) ?? true;
    case 'empty':
      return text.trim() === '';
    case 'choice':
      for (const part of pattern.parts) if (acceptsText(part, text)) return true;
      return false;
    default:
      return false;
  }
}

/** What a text may be: its possible values, and whatever else in words. */
export interface Expected {
  readonly values: readonly string[];
  readonly words: readonly string[];
}

export function expectedOf(patterns: Iterable<Pattern>): Expected {
  const values = new Set<string>();
  const words = new Set<string>();
  const visit = (pattern: Pattern): void => {
    if (pattern.kind === 'choice') pattern.parts.forEach(visit);
    else if (pattern.kind === 'attribute') visit(pattern.content);
    else if (pattern.kind !== 'text') return;
    else if (pattern.type?.value !== undefined) values.add(pattern.type.value);
    else words.add(pattern.type?.words ?? 'a text');
  };
  for (const pattern of patterns) visit(pattern);
  return { values: [...values], words: [...words] };
}
