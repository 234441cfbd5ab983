import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { child } from '../../syntax/xml/query.ts';
import { formatPciAddress } from '../../values/pciAddress.ts';
import { defineRule } from '../define.ts';
import { allDevicesOf, removeAttribute, tellRefusal, word } from '../refusal.ts';

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
    for (const device of allDevicesOf(context.domain)) {
      const address = child(device, 'address');
      if (!address || word(address, 'type') !== 'pci') continue;
      const part = (name: string): number => parseLibvirtNumber(word(address, name) ?? '0') ?? 0;
      const place = { domain: part('domain'), bus: part('bus'), slot: part('slot'), fn: part('function') };
      // What has no such form at all is another matter.
      if (
        place.domain === 0 ||
        place.domain > 0xffff ||
        place.bus > 0xff ||
        place.slot > 0x1f ||
        place.fn > 7
      )
        continue;
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
