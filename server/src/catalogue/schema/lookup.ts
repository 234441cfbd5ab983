import { path } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { Grammar } from './grammar.ts';
import { acceptsText, type Expected, expectedOf } from './leaves.ts';
import type { ElementPattern, Pattern } from './pattern.ts';

/** What elements at a place can be, by the names from `domain` down to it, whatever their types. */
function patternsAt(grammar: Grammar, names: readonly string[]): readonly ElementPattern[] {
  let here = grammar.deriver.leavesOf(grammar.start).elements(names[0] ?? '');
  for (const name of names.slice(1)) {
    here = here.flatMap((pattern) => grammar.deriver.leavesOf(pattern.content).elements(name));
    here = [...new Set(here)];
  }
  return here;
}

const patternsOf = (grammar: Grammar, element: XmlElement): readonly ElementPattern[] => {
  const names = path(element);
  return patternsAt(grammar, names.slice(names.lastIndexOf('domain')));
};

/** The names of all attributes that some element at this place may have. */
export const allowedAttributes = (grammar: Grammar, element: XmlElement): ReadonlySet<string> =>
  new Set(
    patternsOf(grammar, element).flatMap((pattern) => [
      ...grammar.deriver.leavesOf(pattern.content).attributeNames,
    ]),
  );

/** The names of all elements that some element at this place may hold. */
export const allowedElements = (grammar: Grammar, element: XmlElement): ReadonlySet<string> =>
  new Set(
    patternsOf(grammar, element).flatMap((pattern) => [
      ...grammar.deriver.leavesOf(pattern.content).elementNames,
    ]),
  );

/** Whether some element at this place may hold text. */
export const allowsText = (grammar: Grammar, element: XmlElement): boolean =>
  patternsOf(grammar, element).some(({ content }) => grammar.deriver.leavesOf(content).texts.length > 0);

/** Whether an attribute of some element at this place may have a value. */
export const allowsValue = (grammar: Grammar, element: XmlElement, name: string, text: string): boolean =>
  patternsOf(grammar, element).some(({ content }) =>
    grammar.deriver
      .leavesOf(content)
      .attributes(name)
      .some((leaf) => acceptsText(leaf.content, text)),
  );

/**
 * What an attribute of some element at this place may be, or the text of the element.
 * @param name of the attribute; '' for the text
 */
export const expectedAt = (grammar: Grammar, element: XmlElement, name: string): Expected =>
  expectedOf(
    patternsOf(grammar, element).flatMap(({ content }): readonly Pattern[] => {
      const leaves = grammar.deriver.leavesOf(content);
      return name === '' ? leaves.texts : leaves.attributes(name);
    }),
  );

/**
 * Whether a text is one of the words that may stand there but for its capitals, and so no name of something to be put in.
 * @param name of the attribute; '' for the text of the element
 */
export function isWordInCapitals(grammar: Grammar, element: XmlElement, name: string, text: string): boolean {
  const small = text.toLowerCase();
  return small !== text && expectedAt(grammar, element, name).values.includes(small);
}
