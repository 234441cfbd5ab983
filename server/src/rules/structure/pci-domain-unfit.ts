import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { formatPciAddress } from '../../values/pciAddress.ts';
import { defineRule } from '../define.ts';
import { removeAttribute, tellRefusal, word } from '../refusal.ts';
import { placedDevicesOf } from './addresses.ts';

export default defineRule({
  name: 'pci-domain-unfit',
  reads: 'libvirt',
  concerns: ['address'],
  topic: 'structure',
  severity: 'error',
  summary: 'A device is put into a PCI domain of the guest other than the one that there is.',
  sources: [
    {
      title: 'libvirt: Only PCI domain 0 is available',
      ref: 'src/conf/domain_addr.c: virDomainPCIAddressValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const { address, type } of placedDevicesOf(context.domain)) {
      if (type !== 'pci') continue;
      const domain = numberIn(address, 'domain');
      if (domain === 0) continue;
      const place = {
        domain,
        bus: numberIn(address, 'bus'),
        slot: numberIn(address, 'slot'),
        fn: numberIn(address, 'function'),
      };
      // What has no such form at all is another matter.
      if (domain > 0xffff || place.bus > 0xff || place.slot > 0x1f || place.fn > 7) continue;
      tellRefusal(context, {
        fact: 'The guest has PCI domain 0, and no other',
        words: `Invalid PCI address ${formatPciAddress(place)}. Only PCI domain 0 is available`,
        element: address,
        attribute: 'domain',
        fixes: [removeAttribute(address, 'domain')],
      });
    }
  },
});

const numberIn = (address: XmlElement, name: string): number =>
  parseLibvirtNumber(word(address, name) ?? '0') ?? 0;
