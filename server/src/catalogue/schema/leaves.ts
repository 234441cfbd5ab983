import type { AttributePattern, ElementPattern, Leaf, Pattern, TextPattern } from './pattern.ts';

/** What can still come in a pattern, wherever in it that stands; not what stands in its elements. */
export class Leaves {
  readonly #elements = new Map<string, ElementPattern[]>();
  readonly #attributes = new Map<string, AttributePattern[]>();
  readonly #anyElement: ElementPattern[] = [];
  readonly #anyAttribute: AttributePattern[] = [];
  readonly texts: TextPattern[] = [];

  constructor(pattern: Pattern) {
    const seen = new Set<Pattern>();
    const visit = (part: Pattern): void => {
      if (seen.has(part)) return;
      seen.add(part);
      if (part.kind === 'element') put(this.#elements, this.#anyElement, part.name, part);
      else if (part.kind === 'attribute') put(this.#attributes, this.#anyAttribute, part.name, part);
      else if (part.kind === 'text') this.texts.push(part);
      else if ('parts' in part) part.parts.forEach(visit);
    };
    visit(pattern);
  }

  /** Those that an element of this name may be an instance of. */
  elements(name: string): readonly ElementPattern[] {
    return this.#elements.get(name) ?? this.#anyElement;
  }

  attributes(name: string): readonly AttributePattern[] {
    return this.#attributes.get(name) ?? this.#anyAttribute;
  }

  get elementNames(): Iterable<string> {
    return this.#elements.keys();
  }

  get attributeNames(): Iterable<string> {
    return this.#attributes.keys();
  }
}

function put<L extends Leaf>(named: Map<string, L[]>, unnamed: L[], name: string | undefined, leaf: L): void {
  if (name === undefined) {
    unnamed.push(leaf);
    return;
  }
  const known = named.get(name);
  if (known) known.push(leaf);
  else named.set(name, [leaf]);
}

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
