import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, type Refusal, removeElement, tellRefusal, word } from '../refusal.ts';

const CERTIFICATES = 3;

const WORDS = 'this QEMU binary lacks multiple smartcard support';

export default defineRule({
  name: 'smartcard-unfit',
  reads: 'libvirt',
  concerns: ['smartcard'],
  topic: 'structure',
  severity: 'error',
  summary: 'A guest has more than one smartcard, or one without all its certificates.',
  explains: ['required-part-missing', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: this QEMU binary lacks multiple smartcard support',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainSmartcardDef',
    },
    {
      title: 'libvirt: host-certificates mode needs exactly three certificates',
      ref: 'src/conf/domain_conf.c: virDomainSmartcardDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const [first, ...more] = devicesOf(context.domain, 'smartcard');
    if (!first) return;
    for (const second of more) {
      tellRefusal(context, {
        fact: 'QEMU has one smartcard, and this is another',
        words: WORDS,
        element: second,
        beside: { element: first, message: 'The first one.' },
        fixes: [removeElement(second)],
      });
    }
    for (const refusal of [placeOf(first), certificatesOf(first)]) if (refusal) tellRefusal(context, refusal);
  },
});

function placeOf(smartcard: XmlElement): Refusal | undefined {
  const address = child(smartcard, 'address');
  const name = ['controller', 'slot'].find(
    (each) => (parseLibvirtNumber(word(address, each) ?? '') ?? 0) > 0,
  );
  if (!address || name === undefined || word(address, 'type') !== 'ccid') return undefined;
  return {
    fact: 'QEMU has one smartcard, in slot 0 of controller 0',
    words: WORDS,
    element: address,
    attribute: name,
    fixes: [removeElement(address, 'Leave the address to libvirt')],
  };
}

function certificatesOf(smartcard: XmlElement): Refusal | undefined {
  const found = children(smartcard, 'certificate').length;
  if (word(smartcard, 'mode') !== 'host-certificates' || found === CERTIFICATES || mayGainChildren(smartcard))
    return undefined;
  return {
    fact: `A smartcard made of certificates has ${CERTIFICATES} of them, and this one has ${found}`,
    words: 'host-certificates mode needs exactly three certificates',
    element: smartcard,
    fixes: [removeElement(smartcard)],
  };
}
