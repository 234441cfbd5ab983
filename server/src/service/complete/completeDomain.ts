import type { Grammar } from '../../catalogue/schema/grammar.ts';
import { withoutAlternatives } from '../../dialects/libvirt/alternatives.ts';
import { neverInside } from '../../dialects/libvirt/nesting.ts';
import { escapeXml } from '../../dialects/libvirt/values.ts';
import type { Source } from '../../dialects/read.ts';
import { parseXml } from '../../syntax/xml/parse.ts';
import { childElements, elementAt, isElement } from '../../syntax/xml/query.ts';
import type { XmlElement, XmlTree } from '../../syntax/xml/tree.ts';
import type { Range } from '../../text/span.ts';
import { type Completion, completion, type Purpose } from './completion.ts';
import { completeAttributes, expectedTexts, expectedValues } from './libvirt/attributes.ts';
import { type XmlCursor, xmlCursorAt } from './libvirt/cursor.ts';
import { completeClosing, completeElements } from './libvirt/elements.ts';
import { completeAddressElements, completeHostNames } from './libvirt/hostNames.ts';
import { namedAt } from './libvirt/ids.ts';
import { domainPath, schemaFor } from './libvirt/schema.ts';
import { siteAt } from './libvirt/site.ts';

/** One question about a domain. */
interface Question extends Purpose {
  readonly text: string;
  readonly offset: number;
  readonly grammar: Grammar;
}

/**
 * What may be written in the XML of a domain.
 * @param trigger the character that was just typed, where that is why we are asked
 * @returns undefined where the place is an argument that is handed to QEMU
 */
export function completeDomain(
  { text }: Source,
  offset: number,
  purpose: Purpose,
  trigger: string | undefined,
): Completion[] | undefined {
  const cursor = xmlCursorAt(text, offset);
  // Blanks and commas in a text are no question.
  if (!cursor || (cursor.kind === 'content' && trigger !== undefined)) return [];
  const tree = parseXml(withoutAlternatives(withoutHalfTag(text, cursor)), neverInside);
  const element = elementFor(tree, cursor, offset);
  if (!element || isInside(element, offset)) return [];
  const path = domainPath(element);
  if (!path) return [];
  if (cursor.kind === 'value' && element.name.text.endsWith(':arg')) return undefined;
  return answer({ ...purpose, text, offset, grammar: schemaFor(purpose.target) }, cursor, path);
}

/** A tag that is only begun would swallow what follows: it is read as blanks, and the rest as if it were not there. */
function withoutHalfTag(text: string, cursor: XmlCursor): string {
  if (cursor.kind !== 'closing' && (cursor.kind !== 'element' || cursor.complete)) return text;
  const { tag, name } = cursor;
  return text.slice(0, tag) + ' '.repeat(name.end - tag) + text.slice(name.end);
}

/** The element that the cursor speaks of: the parent of one that is being named. */
function elementFor(tree: XmlTree, cursor: XmlCursor, offset: number): XmlElement | undefined {
  if (cursor.kind === 'content') return elementAt(tree, offset);
  if (cursor.kind === 'closing') return elementAt(tree, cursor.tag);
  if (cursor.kind === 'element' && !cursor.complete) return elementAt(tree, cursor.tag);
  const own = elementAt(tree, cursor.tag + 1);
  if (own.start !== cursor.tag) return undefined;
  return cursor.kind === 'element' ? own.parent : own;
}

/** Whether a comment, CDATA section or instruction holds the offset. */
const isInside = (element: XmlElement, offset: number): boolean =>
  element.children.some(
    (node) => !isElement(node) && node.kind !== 'text' && node.start < offset && offset < node.end,
  );

function answer(question: Question, cursor: XmlCursor, path: readonly XmlElement[]): Completion[] {
  const { text, offset, grammar, host } = question;
  const element = path.at(-1)!;
  switch (cursor.kind) {
    case 'closing': {
      const site = siteAt(text, { start: cursor.tag, end: cursor.name.end }, element);
      return completeClosing(element, site, '</', text[cursor.name.end] !== '>');
    }
    case 'element': {
      const { tag, name, complete } = cursor;
      const site = siteAt(text, complete ? name : { start: tag, end: name.end }, element);
      return [
        ...(complete ? [] : completeClosing(element, site, '<', true)),
        ...(complete || !host ? [] : completeAddressElements(host, path, site, true)),
        ...completeElements(grammar, path, tag, site, {
          typed: true,
          renamed: complete ? childElements(element).find(({ start }) => start === tag) : undefined,
        }),
      ];
    }
    case 'attribute': {
      const here = element.attributes.find(({ name }) => name.start === cursor.name.start);
      return completeAttributes(grammar, path, here, cursor.joined, siteAt(text, cursor.name, element));
    }
    case 'value':
      return completeValue(question, cursor, path);
    case 'content': {
      const site = siteAt(text, cursor.word, element);
      const texts = completeText(question, path, cursor.word);
      const start = element.startTagEnd <= offset;
      if (texts.length > 0 || !start) return texts;
      return [
        ...completeClosing(element, site, '', true),
        ...(host ? completeAddressElements(host, path, site, false) : []),
        ...completeElements(grammar, path, offset, site, { typed: false }),
      ];
    }
  }
}

function completeValue(
  { text, grammar, target, host }: Question,
  { attribute, value, quote }: Extract<XmlCursor, { kind: 'value' }>,
  path: readonly XmlElement[],
): Completion[] {
  const around = quote === '' ? "'" : '';
  const ofHost = host && completeHostNames(host, { text, path, attribute, range: value, around });
  if (ofHost) return ofHost;
  const element = path.at(-1)!;
  const here = element.attributes.find((each) => each.name.text === attribute);
  const { values } = expectedValues(grammar, path, here, attribute);
  return items(namedAt(path, attribute, target), values, value, (text) => around + escapeXml(text) + around);
}

function completeText(
  { text, grammar, target, host }: Question,
  path: readonly XmlElement[],
  range: Range,
): Completion[] {
  const ofHost = host && completeHostNames(host, { text, path, attribute: undefined, range, around: '' });
  if (ofHost) return ofHost;
  const { values } = expectedTexts(grammar, path);
  return items(namedAt(path, undefined, target), values, range, escapeXml);
}

/** What the domain has names for comes first, then the values of the schema. */
function items(
  named: ReturnType<typeof namedAt>,
  values: readonly string[],
  range: Range,
  write: (text: string) => string,
): Completion[] {
  const known = new Set(named.map(({ text }) => text));
  const others = values.filter((text) => !known.has(text)).map((text) => ({ text, detail: '' }));
  return [...named, ...others].map(({ text, detail }, i) =>
    completion({
      label: text,
      kind: detail === '' ? 'value' : 'reference',
      range,
      insertion: [write(text)],
      filterText: write(text),
      detail,
      rank: 1,
      order: String(i).padStart(4, '0'),
    }),
  );
}
