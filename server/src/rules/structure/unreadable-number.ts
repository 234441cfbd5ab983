import { type NumberPlace, numberPlaces } from '../../catalogue/numberPlaces.ts';
import { isPlaceholder, parseLibvirtSet } from '../../dialects/libvirt/values.ts';
import { attribute, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type Range, spanOf } from '../../text/span.ts';
import { KiB, libvirtUnit } from '../../values/byteSize.ts';
import { oncePer } from '../../values/oncePer.ts';
import { defineRule, type LibvirtContext } from '../define.ts';

const WHAT: Readonly<Record<NumberPlace['kind'], string>> = {
  number: 'a whole number',
  size: 'a whole number, with its unit in unit=',
  list: 'a list of numbers and ranges such as 0-3,8',
};

export default defineRule({
  name: 'unreadable-number',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A text stands where libvirt reads a number, a size or a list of numbers.',
  explains: ['blanks-around-value', 'invalid-value', 'vcpupin-empty-cpuset'],
  general: true,
  sources: [
    {
      title: "libvirt: Invalid value '…' for element or attribute",
      ref: 'src/conf/domain_conf.c: virDomainParseMemory',
    },
    { title: "libvirt: Failed to parse bitmap '…'", ref: 'src/util/virbitmap.c: virBitmapParse' },
    { title: "libvirt: unknown suffix '…'", ref: 'src/util/virutil.c: virScaleInteger' },
  ],
  since: '0.1.0',
  check(context) {
    checkBelow(context, context.domain, placesBelowDomain(numberPlaces));
  },
});

/** The places of an element, and those of its children by their names. */
interface Places {
  readonly own: { readonly place: NumberPlace; readonly attribute: string | undefined }[];
  readonly below: Map<string, Places>;
}

/** All places, from the domain down: most of what they are in is in no guest at hand. */
const placesBelowDomain = oncePer((list: () => readonly NumberPlace[]): Places => {
  const all: Places = { own: [], below: new Map() };
  for (const place of list()) {
    const [path, name] = place.path.split('@') as [string, string?];
    let at = all;
    for (const step of path.split('/')) {
      const next = at.below.get(step) ?? { own: [], below: new Map() };
      at.below.set(step, next);
      at = next;
    }
    at.own.push({ place, attribute: name });
  }
  return all;
});

function checkBelow(context: LibvirtContext, element: XmlElement, { own, below }: Places): void {
  for (const { place, attribute: name } of own) checkPlace(context, place, element, name);
  if (below.size === 0) return;
  for (const node of element.children) {
    const places = node.kind === 'element' ? below.get(node.name.text) : undefined;
    if (places) checkBelow(context, node as XmlElement, places);
  }
}

/** It counts bytes with 63 bits. */
const MOST_BYTES = (1n << 63n) - 1n;

/** Published files also say with capitals what is to be put in: `MEMORY`. */
const isOpen = (text: string): boolean =>
  isPlaceholder(text) || /^\[?[A-Z][A-Z_ -]{2,}\]?$/.test(text.trim());

function checkPlace(context: LibvirtContext, place: NumberPlace, element: XmlElement, name?: string): void {
  if (name !== undefined) {
    const value = attribute(element, name)?.value;
    if (value) checkText(context, place, element, value.text, value, name);
    return;
  }
  const { text, range } = textOf(element);
  if (range) checkText(context, place, element, text, range);
}

function checkText(
  context: LibvirtContext,
  place: NumberPlace,
  element: XmlElement,
  text: string,
  range: Range,
  name?: string,
): void {
  const isReadable = place.kind === 'list' ? isSet(text) : isNumber(text, place);
  if (!isReadable) tellUnreadable(context, place, element, text, range, name);
  else if (place.named && parseLibvirtSet(text)?.isEmpty) {
    const words = `Invalid value of '${name}': ${text}`;
    tell(context, element, range, `'${text}' takes out again all that it names`, words);
  } else if (name === undefined && place.kind !== 'list' && endsInBlanks(element)) {
    tellBlanks(context, element, text, range, place);
  } else if (place.kind === 'size') checkUnit(context, element, text, range);
}

function tellUnreadable(
  context: LibvirtContext,
  { kind, refusal, emptyIsNone }: NumberPlace,
  element: XmlElement,
  text: string,
  range: Range,
  name: string | undefined,
): void {
  // One that is empty counts as not written, but for the number in an attribute.
  const isWanted = kind === 'number' && name !== undefined && !emptyIsNone;
  if ((text.trim() === '' && !isWanted) || isOpen(text)) return;
  const isSetAlike = kind === 'list' && parseLibvirtSet(text) !== undefined;
  const fact = isSetAlike
    ? `libvirt counts ${MOST_MEMBERS} of these, and '${text}' goes beyond`
    : `'${text}' is not ${WHAT[kind]}`;
  tell(context, element, range, fact, refusal.replace('{text}', text));
}

/** Of processors and of nodes it counts this many (src/conf/domain_conf.h: VIR_DOMAIN_CPUMASK_LEN). */
const MOST_MEMBERS = 16_384;

/** Most say one number, or two that are in order. */
const PLAIN = /^(\d{1,4})(?:-(\d{1,4}))?$/;

function isSet(text: string): boolean {
  const plain = PLAIN.exec(text);
  if (plain) return plain[2] === undefined || Number(plain[1]) <= Number(plain[2]);
  const set = parseLibvirtSet(text);
  return set !== undefined && (set.max ?? 0) < MOST_MEMBERS;
}

const endsInBlanks = ({ children: nodes }: XmlElement): boolean => {
  const last = nodes.at(-1);
  return last?.kind === 'text' && /\s$/.test(last.text);
};

function tellBlanks(
  { guest, report }: LibvirtContext,
  element: XmlElement,
  text: string,
  range: Range,
  { refusal }: NumberPlace,
): void {
  const inner = { start: element.startTagEnd, end: element.endTagStart ?? element.end };
  report({
    message: `Behind the number stand blanks, which libvirt takes for a part of it: it refuses the domain with "${refusal.replace('{text}', `${text} `)}".`,
    at: spanOf(guest.label.uri, range),
    about: element,
    fixes: [
      {
        title: 'Remove the blanks',
        applicability: 'safe',
        changes: [{ op: 'text', span: spanOf(guest.label.uri, inner), newText: text }],
      },
    ],
  });
}

/** Numbers have 32 bits as a rule, sizes 64. Blanks may stand before them, and not behind. */
const isNumber = (text: string, { kind, signed, wide, hexadecimal }: NumberPlace): boolean => {
  if (hexadecimal && /^\s*[-+]?0x[0-9a-f]{1,7}$/i.test(text)) return true;
  if (!(signed ? /^\s*[-+]?\d+$/ : /^\s*(?:\+?\d+|-0+)$/).test(text)) return false;
  if (wide) return BigInt.asIntN(64, BigInt(text)) === BigInt(text);
  return kind === 'size' || Math.abs(Number(text)) <= (signed ? 0x7fff_ffff : 0xffff_ffff);
};

function checkUnit(context: LibvirtContext, element: XmlElement, size: string, range: Range): void {
  const unit = attribute(element, 'unit')?.value;
  if (unit && isPlaceholder(unit.text)) return;
  const scale = unit && unit.text !== '' ? libvirtUnit(unit.text) : KiB;
  if (scale !== undefined) {
    if (BigInt(size.trim().replace('+', '')) * scale <= MOST_BYTES) return;
    const words = `value too large: ${size.trim()}${unit?.text ?? ''}`;
    tell(context, element, range, 'No memory is that large', words);
    return;
  }
  if (!unit) return;
  tell(context, element, unit, `libvirt knows no unit '${unit.text}'`, `unknown suffix '${unit.text}'`);
}

function tell(
  { guest, report }: LibvirtContext,
  element: XmlElement,
  range: Range,
  fact: string,
  words: string,
): void {
  report({
    message: `${fact}: libvirt refuses the domain with "${words}".`,
    at: spanOf(guest.label.uri, range),
    about: element,
  });
}
