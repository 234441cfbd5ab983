import type { XmlElement } from '../../syntax/xml/tree.ts';

/**
 * True where a template engine may put elements among the children: `{% include %}`, `<%= devices %>`, `%s`, `@os@`
 * standing as text. Then nothing can be said about an element that is not there.
 */
export function mayGainChildren(element: XmlElement): boolean {
  return element.children.some(
    (node) =>
      (node.kind === 'text' || node.kind === 'cdata') &&
      /\{\{|\{%|<%|\$\{|\$[A-Za-z_]|\{\w*\}|%\(?\w*\)?s|@\w/.test(node.text),
  );
}
