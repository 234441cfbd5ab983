import type { Fault } from '../../catalogue/schema/fault.ts';
import { attribute } from '../../syntax/xml/query.ts';
import { spanOf, type Uri } from '../../text/span.ts';
import { defineRule, type Fix, type LibvirtContext } from '../define.ts';
import { faultsOf, thingsOf } from './faults.ts';
import { refusalWithout } from './lack.ts';
import { inWords, refusedWith } from './wording.ts';

type AttributeFault = Fault & { readonly kind: 'unknown-attribute' | 'excluded-attribute' };

export default defineRule({
  name: 'ignored-attribute',
  reads: 'libvirt',
  topic: 'schema',
  severity: 'warning',
  summary: 'An element has an attribute that libvirt does not read there.',
  general: true,
  sources: [
    { title: 'libvirt: schema of a domain', ref: 'src/conf/schemas/domaincommon.rng' },
    { title: 'libvirt: the parser asks for the names it knows', ref: 'src/util/virxml.c: virXMLPropString' },
  ],
  since: '0.1.0',
  check(context) {
    for (const fault of faultsOf(context)) {
      if (isOfAttribute(fault) && !fault.attribute.name.text.includes(':')) report(context, fault);
    }
  },
});

const isOfAttribute = (fault: Fault): fault is AttributeFault =>
  fault.kind === 'unknown-attribute' || fault.kind === 'excluded-attribute';

function report({ guest, report }: LibvirtContext, fault: AttributeFault): void {
  const { uri } = guest.label;
  const refusal =
    fault.kind === 'unknown-attribute' ? refusalWithout(fault.element, `@${fault.similar}`) : undefined;
  report({
    message: messageFor(fault, refusal),
    at: spanOf(uri, fault.at),
    about: thingsOf(fault),
    ...(refusal === undefined ? {} : { severity: 'error' }),
    ...(fault.kind === 'unknown-attribute' && refusal === undefined ? { tags: ['unnecessary'] } : {}),
    fixes: fixesFor(fault, uri),
  });
}

function messageFor(fault: AttributeFault, refusal: string | undefined): string {
  const { attribute: found, element } = fault;
  const name = found.name.text;
  if (fault.kind === 'unknown-attribute') {
    const meant = fault.similar === undefined ? '' : ` Was ${fault.similar}= meant?`;
    const fact = `libvirt knows no ${name}= on ${inWords(element)}`;
    return refusal === undefined
      ? `${fact}, and silently ignores it.${meant}`
      : `${fact}.${meant} Without that ${refusedWith(refusal)}`;
  }
  const type = attribute(element, 'type') ?? attribute(element, 'mode') ?? attribute(element, 'model');
  const kind = type?.value && type !== found ? ` with ${type.name.text}='${type.value.text}'` : '';
  const what = fault.at === found ? `${name}='${found.value?.text ?? ''}'` : `${name}=`;
  return `${what} does not go with what else ${inWords(element)}${kind} has: libvirt's schema has no room for it there.`;
}

function fixesFor(fault: AttributeFault, uri: Uri): Fix[] {
  const { attribute: found, element } = fault;
  const name = found.name.text;
  const remove: Fix = {
    title: `Remove ${name}=`,
    applicability: 'suggestion',
    changes: [{ op: 'remove-attribute', element, name }],
  };
  if (fault.kind !== 'unknown-attribute' || fault.similar === undefined) return [remove];
  const call: Fix = {
    title: `Call it ${fault.similar}=`,
    applicability: 'suggestion',
    changes: [{ op: 'text', span: spanOf(uri, found.name), newText: fault.similar }],
  };
  return [call, remove];
}
