import type { XmlElement } from '../../syntax/xml/tree.ts';
import { oncePer } from '../../values/oncePer.ts';
import { isPlaceholder } from './values.ts';

/**
 * True where more elements may stand among the children than were read: a template engine puts them there
 * (`{% include %}`, `<%= devices %>`, `%s`, `@os@` standing as text), or the start tag is gone, and what stood behind it
 * with it. Then nothing can be said about an element that is not there.
 */
export const mayGainChildren = (element: XmlElement): boolean =>
  element.children.length > FEW ? isOpenList(element) : isOpen(element);

/** What holds more nodes is a list that many rules ask about: the domain, its devices. Of the rest no answer is kept. */
const FEW = 20;

const isOpenList = oncePer(isOpen);

function isOpen(element: XmlElement): boolean {
  if (element.name.start > element.startTagEnd) return true;
  for (const node of element.children) {
    if (node.kind !== 'text' && node.kind !== 'cdata') continue;
    const text = node.text.trim();
    if (text !== '' && (isPlaceholder(node.text) || /@\w/.test(text))) return true;
  }
  return false;
}
