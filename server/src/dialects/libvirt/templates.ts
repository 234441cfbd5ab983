import type { XmlElement } from '../../syntax/xml/tree.ts';
import { oncePer } from '../../values/oncePer.ts';
import { isPlaceholder } from './values.ts';

/**
 * True where more elements may stand among the children than were read: a template engine puts them there
 * (`{% include %}`, `<%= devices %>`, `%s`, `@os@` standing as text), or the start tag is gone, and what stood behind it
 * with it. Then nothing can be said about an element that is not there.
 */
export const mayGainChildren = oncePer(
  (element: XmlElement): boolean =>
    element.name.start > element.startTagEnd ||
    element.children.some(
      (node) =>
        (node.kind === 'text' || node.kind === 'cdata') &&
        /\S/.test(node.text) &&
        (isPlaceholder(node.text) || /@\w/.test(node.text)),
    ),
);
