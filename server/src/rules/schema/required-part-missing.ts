import { NEEDED_PARTS, type NeededPart } from '../../catalogue/neededParts.ts';
import type { Fault } from '../../catalogue/schema/fault.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, child, children, namesIn } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { oncePer } from '../../values/oncePer.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { faultsOf, thingsOf } from './faults.ts';
import { refusalWithout } from './lack.ts';
import { inWords, refusedWith } from './wording.ts';

type Lack = Fault & { readonly kind: 'missing-attribute' | 'missing-element' };

export default defineRule({
  name: 'required-part-missing',
  reads: 'libvirt',
  topic: 'schema',
  severity: 'error',
  summary: 'An element lacks an attribute or an element that libvirt wants in it.',
  general: true,
  sources: [
    { title: 'libvirt: schema of a domain', ref: 'src/conf/schemas/domaincommon.rng' },
    { title: "libvirt: Missing required attribute '…'", ref: 'src/util/virxml.c: virXMLPropEnumInternal' },
  ],
  since: '0.1.0',
  check(context) {
    const there = namesIn(context.domain);
    for (const { part, names, last } of waysTo(NEEDED_PARTS)) {
      if (there.has(last)) reportNeeded(context, part, elementsAt(context.domain, names));
    }
    for (const fault of faultsOf(context)) {
      if (fault.kind !== 'missing-attribute' && fault.kind !== 'missing-element') continue;
      if (fault.element !== context.domain || isWhole(context.domain)) report(context, fault);
    }
  },
});

/** The names on the way to the element of each part. */
const waysTo = oncePer((parts: readonly NeededPart[]) =>
  parts.map((part) => {
    const names = part.path.split('/');
    return { part, names, last: names.at(-1)! };
  }),
);

/** The elements at the end of a path of names. */
function elementsAt(domain: XmlElement, names: readonly string[]): readonly XmlElement[] {
  let found: readonly XmlElement[] = [domain];
  for (const name of names) {
    found = found.length === 1 ? children(found[0]!, name) : found.flatMap((each) => children(each, name));
    if (found.length === 0) break;
  }
  return found;
}

/** A part of which the schema says nothing. */
function reportNeeded(
  { guest, report }: LibvirtContext,
  { part, where, words }: NeededPart,
  elements: readonly XmlElement[],
): void {
  for (const element of elements) {
    if (attribute(element, part) || mayGainChildren(element)) continue;
    if (where && !where.values.includes(attribute(element, where.name)?.value?.text ?? '')) continue;
    report({
      message: `${inWords(element)} has no ${part}=: ${refusedWith(words)}`,
      at: spanOf(guest.label.uri, element.name),
      about: element,
    });
  }
}

/** Pieces of a domain are kept to be pasted into a whole one. */
const isWhole = (domain: XmlElement): boolean =>
  attribute(domain, 'type') !== undefined && child(domain, 'name') !== undefined;

function report({ guest, report }: LibvirtContext, fault: Lack): void {
  const { element, name } = fault;
  const suffix = fault.kind === 'missing-attribute' ? `@${name}` : `/${name}`;
  const refusal = refusalWithout(element, suffix);
  const part = fault.kind === 'missing-attribute' ? `${name}=` : `<${name}>`;
  report({
    message: `${inWords(element)} has no ${part}: ${consequenceOf(refusal)}`,
    at: spanOf(guest.label.uri, element.name),
    about: thingsOf(fault),
    ...(refusal === undefined ? { severity: 'information' } : {}),
  });
}

const consequenceOf = (refusal: string | undefined): string =>
  refusal === undefined ? "libvirt's schema wants it (virsh define --validate)." : refusedWith(refusal);
