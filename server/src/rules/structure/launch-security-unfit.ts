import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { effective } from '../../guest/value.ts';
import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  content,
  lacks,
  type Refusal,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';

export default defineRule({
  name: 'launch-security-unfit',
  reads: 'libvirt',
  concerns: ['launchSecurity'],
  topic: 'structure',
  severity: 'error',
  summary:
    'The memory of the guest is to be encrypted in a way that the machine does not have, or without a policy.',
  explains: ['required-part-missing', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: failed to get launch security policy',
      ref: 'src/conf/domain_conf.c: virDomainSEVDefParseXML',
    },
    {
      title: 'libvirt: S390 PV launch security is not supported with this QEMU binary',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDef',
    },
  ],
  since: '0.1.0',
  check(context) {
    const security = child(context.domain, 'launchSecurity');
    const refusal = security && (typeOf(security) ?? policyOf(security) ?? machineOf(context, security));
    if (refusal) tellRefusal(context, refusal);
  },
});

/** What every version knows, and what came later. */
const TYPES = ['sev', 's390-pv', 'sev-snp', 'tdx'];

function typeOf(security: XmlElement): Refusal | undefined {
  const type = word(security, 'type');
  if (type === undefined) {
    if (!lacks(security, 'type')) return undefined;
    return {
      fact: 'How the memory is encrypted, is not said',
      words: "Missing required attribute 'type' in element 'launchSecurity'",
      element: security,
      fixes: [writeAttribute(security, 'type', 'sev')],
    };
  }
  if (TYPES.includes(type)) return undefined;
  const meant = mostSimilar(type, TYPES);
  return {
    fact: `libvirt knows no encryption of the kind ${type}`,
    words: `Invalid value for attribute 'type' in element 'launchSecurity': '${type}'`,
    element: security,
    attribute: 'type',
    fixes: meant === undefined ? [] : [writeAttribute(security, 'type', meant)],
  };
}

function policyOf(security: XmlElement): Refusal | undefined {
  if (word(security, 'type') !== 'sev' || mayGainChildren(security)) return undefined;
  const policy = child(security, 'policy');
  const text = content(policy);
  const words = 'failed to get launch security policy';
  if (!policy) return { fact: 'SEV goes by a <policy>, and there is none', words, element: security };
  if (text === undefined || /^(0x)?[0-9a-f]+$/i.test(text)) return undefined;
  return {
    fact: `The policy of SEV is a number such as 0x0003, and '${text}' is none`,
    words,
    element: policy,
  };
}

function machineOf({ guest }: LibvirtContext, security: XmlElement): Refusal | undefined {
  const type = word(security, 'type') ?? '';
  const arch = effective(guest.machine.arch);
  if (type !== 's390-pv' || arch !== 'x86_64') return undefined;
  return {
    fact: `s390-pv is a part of another machine, and this is ${arch}`,
    words: 'S390 PV launch security is not supported with this QEMU binary',
    element: security,
    attribute: 'type',
    fixes: [removeElement(security)],
  };
}
