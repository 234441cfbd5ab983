import { complete } from '../../guest/collection.ts';
import { affinityOf, rootOf } from '../../guest/queries.ts';
import { effective } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'virtio-gpu-affinity-meaningless',
  reads: 'guest',
  topic: 'affinity',
  severity: 'information',
  summary: 'An emulated display is placed near a guest node, in a guest that has only one.',
  sources: [
    { title: 'QEMU: resources of virtio-gpu are guest memory', ref: 'hw/display/virtio-gpu.c' },
    { title: 'QEMU: numa_node of an expander', ref: 'docs/pcie.txt, section 2.1' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    // With several nodes it tells the guest something; without it gpu-no-guest-affinity speaks of the device.
    if (complete(guest.nodes)?.length !== 1) return;
    for (const device of guest.pci.devices.items) {
      const node = affinityOf(device);
      if (device.role !== 'display' || node === undefined || node === 'none') continue;
      const root = guest.pci.buses.items.find(({ role }) => role === 'root');
      report({
        message:
          `${effective(device.driver) ?? 'This display'} is placed near guest node ${node}, and the guest has no other: ` +
          'that changes nothing. The device has no memory of its own on the host; what it shows lies in guest memory, ' +
          'and where that lies is said by the backend of the node.',
        at: device.label,
        about: device,
        ...relatedTo(rootOf(device)),
        fixes: root
          ? [
              {
                title: 'Plug it into the root bus',
                applicability: 'suggestion',
                changes: [{ op: 'set', entity: device, field: 'bus', to: root }],
              },
            ]
          : [],
      });
    }
  },
});

const relatedTo = (expander: ReturnType<typeof rootOf>) =>
  expander && expander.node.state === 'known'
    ? { related: [{ span: expander.node.span, message: 'The guest node is given here.' }] }
    : {};
