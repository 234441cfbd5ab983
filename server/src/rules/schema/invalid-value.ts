import type { Fault } from '../../catalogue/schema/fault.ts';
import { SET } from '../../catalogue/schema/forms.ts';
import type { Expected } from '../../catalogue/schema/leaves.ts';
import { type Mistake, mistakeIn, type Reaction, reactionTo } from '../../catalogue/schema/strictness.ts';
import { escapeXml } from '../../dialects/libvirt/values.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix, type LibvirtContext, type Severity } from '../define.ts';
import { faultsOf, thingsOf } from './faults.ts';
import { expectedWords, inWords, refusedWith } from './wording.ts';

type ValueFault = Fault & { readonly kind: 'invalid-value' };

export default defineRule({
  name: 'invalid-value',
  reads: 'libvirt',
  topic: 'schema',
  severity: 'warning',
  summary: 'A value is none of those that libvirt knows there.',
  general: true,
  sources: [
    { title: 'libvirt: schema of a domain', ref: 'src/conf/schemas/domaincommon.rng' },
    { title: "libvirt: Invalid value for attribute '…'", ref: 'src/util/virxml.c: virXMLPropEnumInternal' },
  ],
  since: '0.1.0',
  check(context) {
    for (const fault of faultsOf(context)) {
      if (fault.kind === 'invalid-value') report(context, fault);
    }
  },
});

/** What a program left empty, libvirt takes for not said, as a rule; only a list of words says that nothing is none of them. */
const isLeftEmpty = ({ text, expected }: ValueFault): boolean => text === '' && expected.words.length > 0;

function report({ guest, report }: LibvirtContext, fault: ValueFault): void {
  const reaction = reactionOn(fault);
  if (isLeftEmpty(fault) && !reaction?.refuses) return;
  report({
    message: `${factOf(fault)}: ${consequenceOf(fault, reaction)}`,
    at: spanOf(guest.label.uri, fault.at),
    about: thingsOf(fault),
    ...severityOf(fault, reaction),
    fixes: fixesFor(fault, guest.label.uri),
  });
}

/** Where the schema wants another form of text, the parser often takes what is there as it is. */
function severityOf({ expected }: ValueFault, reaction: Reaction | undefined): { severity?: Severity } {
  if (reaction?.refuses) return { severity: 'error' };
  return expected.words.length > 0 ? { severity: 'information' } : {};
}

/**
 * What libvirt makes of a word that is none of a list, it makes of all others; and of a number that its reader does not
 * take, of all that are wrong in the same way. A number out of bounds or a text of the wrong form is another matter: there
 * the schema is often stricter than the parser.
 */
function reactionOn({ attribute, element, text, expected }: ValueFault): Reaction | undefined {
  const suffix = attribute ? `@${attribute.name.text}` : '';
  const ask = (mistake: Mistake): Reaction | undefined => reactionTo(mistake, element, suffix, text);
  if (expected.words.length === 0) return ask(text.trim() === '' ? 'empty' : 'value');
  const mistake = mistakeIn(text) ?? (hasTail(text) && wantsNumber(expected) ? 'tail' : undefined);
  return mistake === undefined || (mistake === 'value' && !isWord(text)) ? undefined : ask(mistake);
}

/** A number with anything at all behind it, which where a list is wanted may be one: `1-`, `20,000`. */
const hasTail = (text: string): boolean => /^\s*[+-]?\d+\D/.test(text.trimEnd());

const wantsNumber = ({ words }: Expected): boolean => words.length > 0 && !words.includes(SET);

/** Letters that stand in no number are like a word. */
const isWord = (text: string): boolean =>
  /^[A-Za-z]{3,}$|[g-wyz]/i.test(text) || /^[a-z]$|^x/i.test(text.trim());

function factOf({ attribute, element, text, expected }: ValueFault): string {
  const where = inWords(attribute ? element : element.parent!);
  const what = attribute
    ? `${attribute.name.text}='${text}'`
    : `<${element.name.text}>${text}</${element.name.text}>`;
  const there = `${what} ${attribute ? 'on' : 'in'} ${where}`;
  const words = expectedWords(expected);
  return expected.words.length === 0
    ? `libvirt knows no ${there}, only ${words}`
    : `${there} is not ${words}`;
}

function consequenceOf({ expected }: ValueFault, reaction: Reaction | undefined): string {
  if (reaction?.refuses) return refusedWith(reaction.message);
  if (reaction && expected.words.length === 0) return 'it passes over it without a word.';
  return "libvirt's schema does not allow it (virsh define --validate).";
}

function fixesFor({ at, attribute, element, similar, expected }: ValueFault, uri: string): Fix[] {
  const value = attribute ? attribute.value : at === element.name ? undefined : at;
  if (!value) return [];
  const few = expected.words.length === 0 && expected.values.length <= 3 ? expected.values : [];
  const words = similar === undefined ? few : [similar, ...few.filter((word) => word !== similar)];
  return words.map((word) => ({
    title: `Write ${word}`,
    applicability: 'suggestion',
    changes: [{ op: 'text', span: spanOf(uri, value), newText: escapeXml(word) }],
  }));
}
