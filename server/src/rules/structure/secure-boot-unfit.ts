import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { effective } from '../../guest/value.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type Fix, type LibvirtContext } from '../define.ts';
import { type Refusal, removeAttribute, tellRefusal, word, writeAttribute } from '../refusal.ts';

export default defineRule({
  name: 'secure-boot-unfit',
  reads: 'libvirt',
  concerns: ['secure', 'firmware'],
  topic: 'structure',
  severity: 'error',
  summary: 'Secure boot is asked for, and what it needs is not there.',
  explains: ['invalid-value', 'ignored-attribute'],
  sources: [
    {
      title: 'libvirt: Secure boot requires SMM feature enabled',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefBoot',
    },
    {
      title: "libvirt: firmware feature 'enrolled-keys' cannot be enabled",
      ref: 'src/conf/domain_validate.c: virDomainDefOSValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    const os = child(context.domain, 'os');
    if (!os) return;
    const refusals = [...ofLoader(context, os), keysOf(os)];
    for (const refusal of refusals) if (refusal) tellRefusal(context, refusal);
  },
});

function* ofLoader({ domain, guest }: LibvirtContext, os: XmlElement): Generator<Refusal> {
  const loader = child(os, 'loader');
  if (!loader || word(loader, 'secure') !== 'yes') return;
  const machine = effective(guest.machine.type);
  const at = { element: loader, attribute: 'secure' };
  const remove = removeAttribute(loader, 'secure');
  if (machine?.family === 'i440fx') {
    yield {
      fact: `Secure boot needs memory that only the firmware may touch, which ${machine.name} does not have`,
      words: 'Secure boot is supported with q35 machine types only',
      ...at,
      fixes: [remove],
    };
    return;
  }
  const add = machine?.family === 'q35' && !attribute(os, 'firmware') ? withoutSmm(domain) : undefined;
  if (!add) return;
  yield {
    fact: 'Secure boot needs memory that only the firmware may touch, and <smm> does not ask for it',
    words: 'Secure boot requires SMM feature enabled',
    ...at,
    fixes: [add, remove],
  };
}

/** What makes up for it; undefined where it is on, or may be. */
function withoutSmm(domain: XmlElement): Fix | undefined {
  const features = child(domain, 'features');
  const smm = features && child(features, 'smm');
  if (mayGainChildren(domain) || (features && mayGainChildren(features))) return undefined;
  if (smm) {
    const state = attribute(smm, 'state');
    return state && word(smm, 'state') !== 'off' ? undefined : writeAttribute(smm, 'state', 'on');
  }
  const template = { name: 'smm', attributes: { state: 'on' } };
  return {
    title: "Add <smm state='on'/>",
    applicability: 'suggestion',
    changes: [
      features
        ? { op: 'add-element', parent: features, template }
        : { op: 'add-element', parent: domain, template: { name: 'features', children: [template] } },
    ],
  };
}

/** Keys are enrolled to be checked. */
function keysOf(os: XmlElement): Refusal | undefined {
  const features = children(os, 'firmware').flatMap((firmware) => children(firmware, 'feature'));
  const named = (name: string): XmlElement | undefined =>
    features.find((each) => word(each, 'name') === name);
  const keys = named('enrolled-keys');
  const boot = named('secure-boot');
  if (!keys || !boot || word(keys, 'enabled') !== 'yes' || word(boot, 'enabled') !== 'no') return undefined;
  if (!attribute(os, 'firmware')) return undefined;
  return {
    fact: 'Keys are to be enrolled, and nothing is to be checked with them',
    words:
      "firmware feature 'enrolled-keys' cannot be enabled when firmware feature 'secure-boot' is disabled",
    element: keys,
    attribute: 'enabled',
    beside: { element: boot, message: 'Secure boot is off here.' },
    fixes: [writeAttribute(keys, 'enabled', 'no'), writeAttribute(boot, 'enabled', 'yes')],
  };
}
