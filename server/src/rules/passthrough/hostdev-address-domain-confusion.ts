import { effective, isKnown } from '../../guest/value.ts';
import { child } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { formatPciAddress } from '../../values/pciAddress.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'hostdev-address-domain-confusion',
  reads: 'libvirt',
  concerns: ['hostdev', 'interface'],
  topic: 'passthrough',
  severity: 'warning',
  summary: 'A passed-through device has the same address in the guest as on the host, on the root bus.',
  explains: ['igpu-passthrough-special', 'endpoint-on-pcie0'],
  sources: [
    {
      title: 'libvirt: <address> in <source> is the host, beside it the guest',
      ref: 'formatdomain: host device assignment',
    },
  ],
  since: '0.1.0',
  check({ guest, sources, report }) {
    for (const device of guest.pci.devices.items) {
      const { hostAddress: host, place, bus } = device;
      if (device.role !== 'passthrough' || !isKnown(host) || !isKnown(place) || effective(bus.id) !== '0')
        continue;
      const { domain, slot, fn } = host.value;
      if (domain !== 0 || host.value.bus !== 0 || slot !== place.value.slot || fn !== place.value.fn)
        continue;
      const element = sources.get(device);
      const address = element && child(element, 'address');
      if (!element || !address) continue;
      report({
        message:
          `This is the device's place in the guest, and it is the same as its place on the host, ${formatPciAddress(host.value)}. ` +
          'The two have nothing to do with each other: on the root bus the device is neither near a guest node nor on a link of its own.',
        at: spanOf(guest.label.uri, address.name),
        about: device,
        related: [{ span: host.span, message: 'The place on the host.' }],
        fixes: [
          {
            title: 'Leave the place in the guest to libvirt',
            applicability: 'suggestion',
            changes: [{ op: 'set', entity: device, field: 'place', to: undefined }],
          },
        ],
      });
    }
  },
});
