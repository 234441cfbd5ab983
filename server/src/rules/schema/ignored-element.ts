import type { Fault } from '../../catalogue/schema/fault.ts';
import { type Reaction, reactionTo } from '../../catalogue/schema/strictness.ts';
import type { Change } from '../../dialects/change.ts';
import { child, childElements, isElement, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf, type Uri } from '../../text/span.ts';
import { defineRule, type Fix, type LibvirtContext } from '../define.ts';
import { faultsOf, thingsOf } from './faults.ts';
import { homeOf } from './home.ts';
import { refusalWithout } from './lack.ts';
import { refusedWith } from './wording.ts';

type ElementFault = Fault & { readonly kind: 'unknown-element' | 'repeated-element' | 'excluded-element' };

export default defineRule({
  name: 'ignored-element',
  reads: 'libvirt',
  topic: 'schema',
  severity: 'warning',
  summary: 'An element stands where libvirt does not look for one of its name.',
  general: true,
  sources: [
    { title: 'libvirt: schema of a domain', ref: 'src/conf/schemas/domaincommon.rng' },
    {
      title: 'libvirt: the parser looks for the names it knows',
      ref: 'src/conf/domain_conf.c: virDomainDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const told = new Set<XmlElement>();
    for (const fault of faultsOf(context)) {
      if (!isOfElement(fault) || isForeign(fault.element)) continue;
      const parent = fault.element.parent!;
      // What excludes one of them excludes the others: one cause, one finding.
      if (fault.kind === 'excluded-element' && told.has(parent)) continue;
      if (fault.kind === 'excluded-element') told.add(parent);
      report(context, fault, parent);
    }
  },
});

const isOfElement = (fault: Fault): fault is ElementFault =>
  fault.kind === 'unknown-element' || fault.kind === 'repeated-element' || fault.kind === 'excluded-element';

/** What libvirt says where the element that was meant is needed, and no other of its name is there. */
const lackOf = (fault: ElementFault, parent: XmlElement): string | undefined =>
  fault.kind === 'unknown-element' && fault.similar !== undefined && !child(parent, fault.similar)
    ? refusalWithout(parent, `/${fault.similar}`)
    : undefined;

/** Of an element that holds a text, libvirt reads all text that is in it, whatever stands around its parts. */
function reactionToText(element: XmlElement, parent: XmlElement): Reaction | undefined {
  const own = textOf(parent).text;
  if (own === '' || textIn(element).trim() === '') return undefined;
  const whole = textIn(parent).trim();
  return /^\d+$/.test(whole) ? undefined : reactionTo(/^\d/.test(own) ? 'tail' : 'value', parent, '', whole);
}

/** Blanks that only set elements apart libxml2 drops. */
const textIn = ({ children: nodes }: XmlElement): string =>
  nodes
    .map((node) => {
      if (isElement(node)) return textIn(node);
      const counts = node.kind === 'text' && (nodes.length === 1 || node.raw.trim() !== '');
      return counts ? node.raw : '';
    })
    .join('');

/** Elements of other namespaces have readers of their own. */
const isForeign = ({ name }: XmlElement): boolean => name.text.includes(':');

function report({ domain, guest, report }: LibvirtContext, fault: ElementFault, parent: XmlElement): void {
  const { element } = fault;
  const { uri } = guest.label;
  const reaction =
    fault.kind === 'repeated-element'
      ? reactionTo('repeated', element)
      : (reactionToText(element, parent) ?? reactionTo('unknown', parent, '/', element.name.text));
  // What is said in other words each time is about what the two have in common.
  const refusal = reaction?.refuses && fault.kind !== 'excluded-element' ? reaction.message : undefined;
  const lack = lackOf(fault, parent);
  const refused = refusal !== undefined || lack !== undefined;
  // Of most parts of a domain libvirt reads the first, or takes all together: another rule knows which.
  if (fault.kind === 'repeated-element' && parent === domain && refusal === undefined) return;
  report({
    message:
      messageFor(domain, fault, refusal) + (lack === undefined ? '' : ` Without that ${refusedWith(lack)}`),
    at: spanOf(uri, element.name),
    about: thingsOf(fault),
    ...(refused ? { severity: 'error' } : {}),
    ...(fault.kind === 'unknown-element' && !refused ? { tags: ['unnecessary'] } : {}),
    fixes: fixesFor(domain, fault, uri),
  });
}

function messageFor(domain: XmlElement, fault: ElementFault, refusal: string | undefined): string {
  const { element } = fault;
  const [name, parent] = [element.name.text, element.parent!.name.text];
  switch (fault.kind) {
    case 'repeated-element':
      return `A second <${name}> in <${parent}>: ${refusal === undefined ? "libvirt's schema allows one, and which of them counts is left open." : refusedWith(refusal)}`;
    case 'excluded-element':
      return `<${name}> does not go with what else this <${parent}> has: libvirt's schema has no room for it there.`;
    case 'unknown-element': {
      const fact = `libvirt knows no <${name}> in <${parent}>`;
      const whole = childElements(element).length > 0 ? ' with all that is in it' : '';
      const consequence =
        refusal === undefined ? `, and silently ignores it${whole}.` : `: ${refusedWith(refusal)}`;
      return `${fact}${consequence}${hint(domain, fault)}`;
    }
  }
}

function hint(domain: XmlElement, fault: ElementFault): string {
  const home = homeOf(domain, fault.element);
  if (home) return ` It belongs in ${home.words}.`;
  return fault.kind === 'unknown-element' && fault.similar !== undefined
    ? ` Was <${fault.similar}> meant?`
    : '';
}

function fixesFor(domain: XmlElement, fault: ElementFault, uri: Uri): Fix[] {
  const { element } = fault;
  const name = element.name.text;
  const fixes: Fix[] = [];
  const target = fault.kind === 'unknown-element' ? homeOf(domain, element)?.element : undefined;
  if (target) {
    fixes.push({
      title: `Move <${name}> into <${target.name.text}>`,
      applicability: 'suggestion',
      changes: [{ op: 'move-element', element, to: target }],
    });
  } else if (fault.kind === 'unknown-element' && fault.similar !== undefined) {
    fixes.push({
      title: `Call it <${fault.similar}>`,
      applicability: 'suggestion',
      changes: rename(element, fault.similar, uri),
    });
  }
  fixes.push({
    title: `Remove this <${name}>`,
    applicability: 'suggestion',
    changes: [{ op: 'remove-element', element }],
  });
  return fixes;
}

function rename(element: XmlElement, name: string, uri: Uri): Change[] {
  const change = (start: number): Change => ({
    op: 'text',
    span: spanOf(uri, { start, end: start + element.name.text.length }),
    newText: name,
  });
  const close = element.endTagStart;
  return close === undefined ? [change(element.name.start)] : [change(element.name.start), change(close + 2)];
}
