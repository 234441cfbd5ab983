import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import type { NeverInside, XmlElement, XmlTree } from '../../server/src/syntax/xml/tree.ts';

/** An element as `name(child child)`, with attributes as `name[key=value]` and texts that are not blank in quotes. */
function outlineOf(element: XmlElement): string {
  const attributes = element.attributes.map(({ name, value }) => `${name.text}=${value?.text ?? '?'}`);
  const parts: string[] = [];
  for (const node of element.children) {
    if (node.kind === 'element') parts.push(outlineOf(node));
    else if (node.kind === 'text' && node.raw.trim() !== '') parts.push(JSON.stringify(node.raw.trim()));
    else if (node.kind !== 'text') parts.push(`<${node.kind} ${JSON.stringify(node.raw.trim())}>`);
  }
  const tag = element.name.text + (attributes.length > 0 ? `[${attributes.join(' ')}]` : '');
  return parts.length > 0 ? `${tag}(${parts.join(' ')})` : tag;
}

/** What a text is read as, on one line. */
export function outline(text: string, neverInside?: NeverInside): string {
  return outlineOf(parseXml(text, neverInside).root).replace(/^\(|\)$/g, '');
}

/** The problems of a tree as `code "what it stands on"`. */
export const problemsOf = (text: string, tree: XmlTree = parseXml(text)): string[] =>
  tree.problems.map(({ code, start, end }) => `${code} ${JSON.stringify(text.slice(start, end))}`);
