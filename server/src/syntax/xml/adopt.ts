import type { GrowingElement } from './giveBack.ts';
import type { Scanner } from './scanner.ts';
import type { CloseTag } from './tags.ts';
import type { XmlElement, XmlNode } from './tree.ts';

/** How many nodes in a row may stand within a line: a fixed number, so that stray closing tags stay linear. */
const REACH = 16;

/**
 * R8: a closing tag whose start tag is gone still tells, by its column, what it held: the last children of the
 * open element that start their lines to the right of it. They become the children of an element whose start tag
 * is empty and whose name is that of the closing tag.
 * @returns false where nothing stands so.
 */
export function adopt(scanner: Scanner, parent: GrowingElement, tag: CloseTag, column: number): boolean {
  const first = firstRightOf(scanner, parent.children, column);
  if (first < 0) return false;
  const adopted = parent.children.splice(first);
  const start = adopted[0]!.start;
  const element: GrowingElement = {
    kind: 'element',
    name: tag.name,
    attributes: [],
    children: adopted,
    parent,
    start,
    end: tag.end,
    startTagEnd: start,
    selfClosing: false,
    openTag: false,
    endTagStart: tag.start,
  };
  for (const child of adopted) (child as { parent: XmlElement }).parent = element;
  parent.children.push(element);
  return true;
}

function firstRightOf(scanner: Scanner, nodes: readonly XmlNode[], column: number): number {
  let first = -1;
  let inLine = 0;
  for (let i = nodes.length - 1; i >= 0 && inLine <= REACH; i--) {
    const node = nodes[i]!;
    const own = node.kind === 'text' ? -1 : scanner.column(node.start);
    if (own < 0) inLine++;
    else if (own <= column) break;
    else {
      first = i;
      inLine = 0;
    }
  }
  return first;
}
