import { isClosed } from './query.ts';
import type { XmlElement, XmlProblem } from './tree.ts';

/** In characters. What is shorter is read as fast as it is looked up, and what is longer is changed before it is seen again. */
const LEAST = 40;
const LONGEST = 2_000;

/** More than the documents at hand have, which say much the same; each takes about half a kilobyte. */
const MOST = 8_192;

/** What an element says, wherever it stands. The same object for the same text, in whatever document and at whatever time. */
export class ElementText {
  /** What was concluded from the text alone, by who concluded it. */
  readonly answers = new Map<object, boolean>();
}

const known = new Map<string, ElementText>();

/** @param text of the element, or with what else decides how it is to be understood */
export function elementText(text: string): ElementText {
  const before = known.get(text);
  if (before) return before;
  if (known.size >= MOST) known.delete(known.keys().next().value!);
  const made = new ElementText();
  // A copy: what is cut from a document keeps all of it in memory.
  known.set(` ${text}`.slice(1), made);
  return made;
}

/**
 * The texts of a document's elements, from `<` to the last `>`. Of one in which nothing is damaged the tree follows from its text
 * alone, so that the same text is the same element.
 */
export class Wording {
  readonly #text: string;
  readonly #problems: readonly XmlProblem[];
  readonly #known = new Map<XmlElement, ElementText>();

  /** @param text the one that was parsed */
  constructor(text: string, problems: readonly XmlProblem[]) {
    this.#text = text;
    this.#problems = problems;
  }

  /** Undefined for an element that is damaged, was never closed, or is not worth it. */
  of(element: XmlElement): ElementText | undefined {
    const length = element.end - element.start;
    if (length < LEAST || length > LONGEST) return undefined;
    const before = this.#known.get(element);
    if (before) return before;
    const text = this.textOf(element);
    if (text === undefined) return undefined;
    const made = elementText(text);
    this.#known.set(element, made);
    return made;
  }

  /** The text itself, of elements of any length. */
  textOf(element: XmlElement): string | undefined {
    const { start, end } = element;
    if (!isClosed(element)) return undefined;
    for (const problem of this.#problems) if (problem.start <= end && problem.end >= start) return undefined;
    return this.#text.slice(start, end);
  }
}
