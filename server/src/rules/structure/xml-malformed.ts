import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { descendants, isClosed } from '../../syntax/xml/query.ts';
import type { XmlElement, XmlProblem } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { closeAtEnd, fixesFor, type Place, placeIn } from './malformedFixes.ts';

export default defineRule({
  name: 'xml-malformed',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'The document is no XML, so that libvirt reads nothing of it.',
  reveals: true,
  sources: [
    { title: 'libxml2: the messages of its parser', ref: 'parser.c' },
    { title: 'XML 1.0: well-formed documents', ref: 'https://www.w3.org/TR/xml/#sec-well-formed' },
  ],
  since: '0.1.0',
  check(context) {
    if (context.problems.length === 0) return;
    const root = rootOf(context.domain);
    // What a template leaves out or repeats need not be XML before.
    if ([root, ...descendants(root)].some(mayGainChildren)) return;
    const { domain } = context;
    if (!isClosed(domain)) {
      // It is being written, and all that is open in it with it.
      reportOpen(context, domain);
      return;
    }
    for (const place of oneOfEachTag(context.problems.map((problem) => placeIn(root, problem)))) {
      reportPlace(context, place);
    }
  },
});

function rootOf(element: XmlElement): XmlElement {
  let at = element;
  while (at.parent) at = at.parent;
  return at;
}

/** Behind these the rest of the element around them is read by guesswork. */
const UNSETTLING: ReadonlySet<XmlProblem['code']> = new Set(['name-expected', 'tag-not-closed']);

/** A tag that lacks one thing mostly seems to lack others; that its element has no end is said only where nothing else is. */
function oneOfEachTag(places: readonly Place[]): Place[] {
  const byTag = new Map<unknown, Place>();
  let guessedTo = 0;
  for (const place of places) {
    const { problem, element } = place;
    if (problem.start < guessedTo) continue;
    const inTag = problem.start < element.startTagEnd;
    if (UNSETTLING.has(problem.code)) guessedTo = ((inTag && element.parent) || element).end;
    const key = inTag ? element : problem;
    const before = byTag.get(key);
    if (!before || before.problem.code === 'element-not-closed') byTag.set(key, place);
  }
  return [...byTag.values()];
}

function reportOpen({ guest, report }: LibvirtContext, domain: XmlElement): void {
  const { name } = domain;
  const { uri } = guest.label;
  report({
    message: `<${name.text}> is never closed: libvirt cannot read the document, and says "Premature end of data in tag ${name.text}".`,
    at: spanOf(uri, name),
    about: domain,
    fixes: closeAtEnd(uri, domain),
  });
}

function reportPlace({ guest, report }: LibvirtContext, place: Place): void {
  const { problem, element } = place;
  const { uri } = guest.label;
  const { fact, words } = sentence(place);
  const ofClosing = problem.code === 'close-mismatch' && element.startTagEnd > element.start;
  report({
    message: `${fact}: libvirt cannot read the document${words ? `, and says "${words}"` : ''}.`,
    at: spanOf(uri, problem),
    about: problem,
    ...(ofClosing ? { related: [{ span: spanOf(uri, element.name), message: 'It would close this.' }] } : {}),
    fixes: fixesFor(uri, place),
  });
}

interface Sentence {
  readonly fact: string;
  /** Of libxml2, where they do not depend on what follows. */
  readonly words?: string;
}

const MISMATCH = 'Opening and ending tag mismatch';

const FACTS: Readonly<
  Record<Exclude<XmlProblem['code'], 'element-not-closed' | 'attribute-value-expected'>, Sentence>
> = {
  'attribute-repeated': { fact: 'The attribute stands twice in its tag' },
  'attribute-value-not-quoted': { fact: 'The value has no quotes', words: `AttValue: " or ' expected` },
  'blank-expected': {
    fact: 'A blank is missing between two attributes',
    words: 'attributes construct error',
  },
  'cdata-not-closed': { fact: 'The CDATA section has no end' },
  'close-mismatch': { fact: 'The closing tag has another name than the tag that it closes', words: MISMATCH },
  'close-without-open': { fact: 'The closing tag closes nothing', words: MISMATCH },
  'comment-double-hyphen': {
    fact: 'Two hyphens stand within a comment',
    words: 'Double hyphen within comment',
  },
  'comment-not-closed': { fact: 'The comment has no end' },
  'doctype-not-closed': { fact: 'The document type has no end' },
  'entity-unknown': { fact: 'The & starts no entity of XML; one that is meant as such is written &amp;' },
  'instruction-not-closed': { fact: 'The processing instruction has no end' },
  'name-expected': { fact: 'No name begins like this; a < that is meant as such is written &lt;' },
  'quote-not-closed': { fact: 'The quote is never closed' },
  'tag-not-closed': { fact: 'The tag has no > at its end' },
  'unexpected-character': { fact: 'A tag has no place for this' },
};

function sentence({ problem: { code, start }, element }: Place): Sentence {
  if (code === 'element-not-closed') {
    return { fact: `<${element.name.text}> is never closed`, words: MISMATCH };
  }
  if (code !== 'attribute-value-expected') return FACTS[code];
  const name = element.attributes.find((attribute) => attribute.start === start)?.name.text ?? '';
  return { fact: `The attribute ${name} has no value` };
}
