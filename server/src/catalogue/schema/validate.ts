import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { Wording } from '../../syntax/xml/wording.ts';
import { Explainer } from './explain.ts';
import type { Fault } from './fault.ts';
import type { Grammar } from './grammar.ts';
import { Matcher } from './match.ts';
import { NO_NAMESPACES, qualified, scopeOf } from './names.ts';

const never = (): boolean => false;

/**
 * Compares an element with what a schema starts with (`<domain>`), as `xmllint --relaxng` does, and says for every
 * fault where it is and what was expected there.
 * @param isOpen true for a text that a template engine will replace: about it, and about what depends on it, nothing
 * is said
 * @param wording of the document, for what is known of elements that say the same
 * @returns the faults, those of attributes before those of content; none where the element is valid, or where it
 * cannot be told because of open texts
 */
export function validate(
  grammar: Grammar,
  element: XmlElement,
  isOpen: (text: string) => boolean = never,
  wording?: Wording,
): readonly Fault[] {
  const matcher = new Matcher(grammar, wording);
  if (matcher.instances(grammar.start, element, NO_NAMESPACES).length > 0) return [];
  const name = qualified(element.name.text, scopeOf(element, NO_NAMESPACES));
  const candidates = grammar.deriver.leavesOf(grammar.start).elements(name);
  if (candidates.length === 0)
    return [{ kind: 'unknown-element', at: element.name, element, similar: undefined }];
  return new Explainer(grammar, matcher, isOpen).explain(candidates, element, NO_NAMESPACES).faults;
}
