import { path } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { Grammar } from './grammar.ts';
import { acceptsText } from './leaves.ts';
import type { ElementPattern } from './pattern.ts';

/** What elements at a place can be, by the names from `domain` down to it, whatever their types. */
export function patternsAt(grammar: Grammar, names: readonly string[]): readonly ElementPattern[] {
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
