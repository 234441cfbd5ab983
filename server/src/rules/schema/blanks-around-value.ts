import { SET } from '../../catalogue/schema/forms.ts';
import { grammarOf, schemaVersions } from '../../catalogue/schema/grammar.ts';
import type { Expected } from '../../catalogue/schema/leaves.ts';
import { expectedAt } from '../../catalogue/schema/lookup.ts';
import { type Reaction, reactionTo } from '../../catalogue/schema/strictness.ts';
import { escapeXml, isPlaceholder } from '../../dialects/libvirt/values.ts';
import { childElements, descendants, textOf } from '../../syntax/xml/query.ts';
import type { XmlAttribute, XmlElement } from '../../syntax/xml/tree.ts';
import { type Range, spanOf } from '../../text/span.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { refusedWith } from './wording.ts';

export default defineRule({
  name: 'blanks-around-value',
  reads: 'libvirt',
  topic: 'schema',
  severity: 'error',
  summary: 'Blanks stand around a word or behind a number, and libvirt takes them for a part of it.',
  general: true,
  sources: [
    { title: "libvirt: Invalid value for attribute '…'", ref: 'src/util/virxml.c: virXMLPropEnumInternal' },
    { title: 'libvirt: a number ends where its text ends', ref: 'src/util/virstring.c: virStrToLong_ui' },
  ],
  since: '0.1.0',
  check(context) {
    checkValues(context, context.domain);
    for (const element of descendants(context.domain)) checkValues(context, element);
  },
});

function checkValues(context: LibvirtContext, element: XmlElement): void {
  for (const attribute of element.attributes) {
    if (attribute.value && hasBlanks(attribute.value.text)) checkAttribute(context, element, attribute);
  }
  const nodes = element.children;
  const last = nodes.length > 0 ? nodes[nodes.length - 1] : undefined;
  if (last?.kind === 'text' && last.text.trim() !== '' && hasBlanks(last.text)) checkText(context, element);
}

const hasBlanks = (text: string): boolean => /^\s|\s$/.test(text);

function checkAttribute(context: LibvirtContext, element: XmlElement, attribute: XmlAttribute): void {
  const { name, value } = attribute;
  if (value) check(context, element, { suffix: `@${name.text}`, text: value.text, at: value, inner: value });
}

function checkText(context: LibvirtContext, element: XmlElement): void {
  const { range, plain } = textOf(element);
  if (!range || !plain || element.endTagStart === undefined || childElements(element).length > 0) return;
  const inner = { start: element.startTagEnd, end: element.endTagStart };
  const text = element.children.map((node) => ('text' in node ? node.text : '')).join('');
  check(context, element, { suffix: '', text, at: range, inner });
}

interface Written {
  /** `@name` of an attribute, '' for the text of an element. */
  readonly suffix: string;
  readonly text: string;
  /** The characters that are shown. */
  readonly at: Range;
  /** The value with its blanks. */
  readonly inner: Range;
}

function check({ guest, report }: LibvirtContext, element: XmlElement, written: Written): void {
  const { suffix, text, at, inner } = written;
  const trimmed = text.trim();
  if (trimmed === '' || isPlaceholder(text)) return;
  const reaction = reactionOn(element, suffix, text, trimmed);
  if (!reaction?.refuses) return;
  const { uri } = guest.label;
  report({
    message: `Blanks stand ${/^\s/.test(text) ? 'around' : 'behind'} '${trimmed}', and are a part of it: ${refusedWith(onOneLine(reaction.message))}`,
    at: spanOf(uri, at),
    about: element,
    fixes: [
      {
        title: 'Remove the blanks',
        applicability: 'safe',
        changes: [{ op: 'text', span: spanOf(uri, inner), newText: escapeXml(trimmed) }],
      },
    ],
  });
}

const onOneLine = (message: string | undefined): string | undefined => message?.replace(/\s+/g, ' ');

/**
 * A word of a list is compared as it stands, so that with blanks it is none. Before a number blanks are passed over, and behind
 * it nothing may stand; only sets of numbers may have blanks in them.
 */
function reactionOn(
  element: XmlElement,
  suffix: string,
  text: string,
  trimmed: string,
): Reaction | undefined {
  const expected = expectedAt(grammarOf(schemaVersions().at(-1)!), element, suffix.slice(1));
  if (expected.values.includes(trimmed)) return reactionTo('value', element, suffix, text);
  if (!/^[+-]?(?:0x[\da-f]+|\d+)$/i.test(trimmed) || !/\s$/.test(text) || !isForNumbers(expected))
    return undefined;
  return reactionTo('tail', element, suffix, text);
}

const isForNumbers = ({ words }: Expected): boolean => words.length > 0 && !words.includes(SET);
