import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Document } from './document.ts';

/** An element of a machine-made document. Comments and processing instructions are left out. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children: readonly Element[];
  /** The text directly within, without the blanks around it. */
  readonly text: string;
  /** Offset of its start tag. */
  readonly at: number;
}

/** Deeper than any real document: lstopo nests some twenty objects where PCI switches follow each other. */
const DEPTH_LIMIT = 64;

/**
 * Stands around the document. So texts without exactly one root are read too: several devices in one file, a prompt
 * before the first. What is not closed at the end of the text is then reported as "instead of 'end-of-file'".
 */
const WRAP = '<end-of-file>';

/**
 * Entities are not declared by any of these programs, so a declaration can only be an attempt. Whether one stands in
 * a comment makes no difference: there is no reason for it there either.
 */
const DECLARATION = /<!ENTITY|<!DOCTYPE[^<>[]*\[/;

/** What may stand once, at the start of a document, and means nothing to us. */
const PROLOGUE = /<\?xml\s[^<>]*\?>|<!DOCTYPE[^<>[]*>/g;

/** Where the parser keeps the place of a node; its type says Symbol, and means symbol. */
const METADATA = XMLParser.getMetaDataSymbol() as unknown as symbol;

const parser = new XMLParser({
  preserveOrder: true,
  captureMetaData: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  ignorePiTags: true,
  jPath: false,
  // The five predefined ones are replaced here; everything else stays as it is written.
  processEntities: false,
  // Beyond our own limit, which knows the place.
  maxNestedTags: 10 * DEPTH_LIMIT,
});

/**
 * Reads XML that a program wrote. Says on the document what is wrong, and then returns undefined.
 *
 * The parser does not compare the names of start and end tags; the validator beside it does. What neither sees: a
 * comment or CDATA section without an end behind the last element, and characters that XML does not allow.
 * @returns the outermost elements, at least one.
 */
export function readXml(document: Document): readonly Element[] | undefined {
  const { text } = document;
  const declaration = DECLARATION.exec(text);
  if (declaration) {
    document.error(declaration.index, 'This declares entities, which are not read: remove the declaration.');
    return undefined;
  }
  const plain = text.replace(PROLOGUE, (prologue) => prologue.replace(/[^\n]/g, ' '));
  const wrapped = `${WRAP}${plain}${WRAP.replace('<', '</')}`;
  const wrong = XMLValidator.validate(wrapped);
  if (wrong !== true) {
    const { line, msg } = wrong.err;
    document.error(offsetOfLine(text, line), `The XML is damaged: ${tidy(msg)} Save the whole output again.`);
    return undefined;
  }
  return parse(document, wrapped);
}

function parse(document: Document, wrapped: string): readonly Element[] | undefined {
  let nodes: unknown;
  try {
    nodes = parser.parse(wrapped);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    document.error(undefined, `The XML cannot be read: ${tidy(reason)} Save the whole output again.`);
    return undefined;
  }
  const root = convert(document, nodes, 0)?.[0];
  if (!root) return undefined;
  if (root.children.length === 0) {
    document.error(0, 'This holds no XML element: save the output of the program in it, as XML.');
    return undefined;
  }
  return root.children;
}

/** The parser's own tree: objects with one key each, the name, that holds the content; attributes are under `:@`. */
type Node = Record<PropertyKey, unknown>;

function convert(document: Document, nodes: unknown, depth: number): Element[] | undefined {
  const elements: Element[] = [];
  for (const node of nodes as Node[]) {
    const name = Object.keys(node).find((key) => key !== ':@');
    if (name === undefined || name === '#text') continue;
    const place = node[METADATA] as { startIndex?: number } | undefined;
    const at = Math.max(0, (place?.startIndex ?? 0) - WRAP.length);
    if (depth > DEPTH_LIMIT) {
      document.error(at, `Elements are nested deeper than ${DEPTH_LIMIT}: no program writes that.`);
      return undefined;
    }
    const content = node[name] as Node[];
    const children = convert(document, content, depth + 1);
    if (!children) return undefined;
    const attributes = Object.entries((node[':@'] ?? {}) as Record<string, string>);
    elements.push({
      name,
      attributes: Object.fromEntries(attributes.map(([key, value]) => [key, withoutEscapes(value)])),
      children,
      text: withoutEscapes(content.map((child) => (child['#text'] as string | undefined) ?? '').join('')),
      at,
    });
  }
  return elements;
}

const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** One pass, so that nothing grows: what comes out is never longer than what goes in. */
const withoutEscapes = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => PREDEFINED[name]!);

function offsetOfLine(text: string, line: number): number {
  let at = 0;
  for (let i = 1; i < line; i++) {
    const end = text.indexOf('\n', at);
    if (end === -1) break;
    at = end + 1;
  }
  return at;
}

/** A library's message as a sentence of bounded length: some quote the whole stack of open elements. */
function tidy(message: string): string {
  const isList = message.startsWith("Invalid '[") || message.length > 160;
  const short = isList ? 'Elements or a comment are not closed' : message;
  return short.endsWith('.') ? short : `${short}.`;
}

/** The first child of that name. */
export const child = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find((candidate) => candidate.name === name);

export const childrenOf = (element: Element | undefined, name: string): readonly Element[] =>
  element?.children.filter((candidate) => candidate.name === name) ?? [];
