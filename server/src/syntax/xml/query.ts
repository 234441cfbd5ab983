import type { Range } from '../../text/span.ts';
import { groupBy } from '../../values/groupBy.ts';
import { oncePer } from '../../values/oncePer.ts';
import type { XmlAttribute, XmlElement, XmlNode, XmlTree } from './tree.ts';

export const isElement = (node: XmlNode): node is XmlElement => node.kind === 'element';

export const childElements = (element: XmlElement): XmlElement[] => element.children.filter(isElement);

const NONE: readonly XmlElement[] = [];

/** All children of a name, in the order of the text. */
export function children(element: XmlElement, name: string): readonly XmlElement[] {
  const nodes = element.children;
  if (nodes.length > FEW) return childrenByName(element).get(name) ?? NONE;
  let found: XmlElement[] | undefined;
  for (const node of nodes) {
    if (node.kind !== 'element' || node.name.text !== name) continue;
    if (found) found.push(node);
    else found = [node];
  }
  return found ?? NONE;
}

/** The children of a name of all these elements, of which there is hardly ever more than one. */
export function childrenOf(elements: readonly XmlElement[], name: string): readonly XmlElement[] {
  if (elements.length === 0) return NONE;
  if (elements.length === 1) return children(elements[0]!, name);
  return elements.flatMap((element) => children(element, name));
}

/** The first child of a name. */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  const nodes = element.children;
  if (nodes.length > FEW) return childrenByName(element).get(name)?.[0];
  for (const node of nodes) if (node.kind === 'element' && node.name.text === name) return node;
  return undefined;
}

/** Up to this many nodes, blanks among them, are looked through; nearly all elements hold fewer. */
const FEW = 20;

/** Hundreds of questions are asked about the same few long lists: those of the domain and its devices. */
const childrenByName = oncePer((element: XmlElement) =>
  groupBy(childElements(element), ({ name }) => name.text),
);

/** The first attribute of a name. */
export function attribute(element: XmlElement, name: string): XmlAttribute | undefined {
  for (const each of element.attributes) if (each.name.text === name) return each;
  return undefined;
}

/** False for an element that reached its end without a closing tag, as half-typed ones do. */
export const isClosed = (element: XmlElement): boolean =>
  element.selfClosing || element.endTagStart !== undefined;

export interface XmlTextContent {
  /** Decoded and trimmed; '' where there is nothing but blanks. */
  readonly text: string;
  /** Of the trimmed content; undefined where there is none. */
  readonly range: Range | undefined;
  /** The range is one run of plain text, so that it may be replaced by other escaped text. */
  readonly plain: boolean;
}

/** What stands directly in an element, text and CDATA together; comments and child elements are passed over. */
export function textOf(element: XmlElement): XmlTextContent {
  let text = '';
  let range: Range | undefined;
  let plain = true;
  for (const node of element.children) {
    if (node.kind !== 'text' && node.kind !== 'cdata') continue;
    text += node.text;
    const trimmed = node.raw.trim();
    if (trimmed === '') continue;
    const start = node.contentStart + node.raw.indexOf(trimmed);
    plain &&= range === undefined && node.kind === 'text';
    range = { start: range?.start ?? start, end: start + trimmed.length };
  }
  return { text: text.trim(), range, plain: plain && range !== undefined };
}

/** The names from the document's element down to this one. */
export function path(element: XmlElement): string[] {
  const names: string[] = [];
  for (let at = element; at.parent; at = at.parent) names.push(at.name.text);
  return names.reverse();
}

/**
 * The innermost element around an offset, the document node where there is none. An element that was never
 * closed still holds the offset at its end: what is typed there goes into it.
 */
export function elementAt(tree: XmlTree, offset: number): XmlElement {
  let element = tree.root;
  for (;;) {
    const inner = element.children[lastStartingBy(element.children, offset)];
    if (!inner || !isElement(inner)) return element;
    if (offset > inner.end || (offset === inner.end && isClosed(inner))) return element;
    element = inner;
  }
}

/** Index of the last node that starts at or before an offset, -1 where all start behind it. */
function lastStartingBy(nodes: readonly XmlNode[], offset: number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (nodes[middle]!.start <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Every element of a document, parents before their children. */
export const walk = (tree: XmlTree): readonly XmlElement[] => descendants(tree.root);

/** Every element within another one, parents before their children; without recursion. */
export const descendants = oncePer((element: XmlElement): readonly XmlElement[] => {
  const found: XmlElement[] = [];
  const rest: XmlElement[] = [];
  for (let next: XmlElement | undefined = element; next; next = rest.pop()) {
    if (next !== element) found.push(next);
    for (let i = next.children.length - 1; i >= 0; i--) {
      const node = next.children[i]!;
      if (isElement(node)) rest.push(node);
    }
  }
  return found;
});

/** The names of an element and of all within it, those of attributes among them. */
export const namesIn = oncePer((element: XmlElement): ReadonlySet<string> => {
  const names = new Set<string>();
  const gather = (each: XmlElement): void => {
    names.add(each.name.text);
    for (const { name } of each.attributes) names.add(name.text);
  };
  gather(element);
  for (const inner of descendants(element)) gather(inner);
  return names;
});
