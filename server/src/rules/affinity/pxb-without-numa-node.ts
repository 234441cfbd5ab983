import { atStart, busName } from '../../guest/plugged.ts';
import { nodeId, nodesWithCpus, rootOf } from '../../guest/queries.ts';
import { defineRule } from '../define.ts';
import { giveNode } from './placement.ts';

export default defineRule({
  name: 'pxb-without-numa-node',
  reads: 'guest',
  topic: 'affinity',
  severity: 'hint',
  summary: 'An expander bus carries no guest node, although the guest has several.',
  sources: [{ title: 'QEMU: numa_node of an expander', ref: 'docs/pcie.txt, section 2.1' }],
  since: '0.1.0',
  check({ guest, report }) {
    const bare = guest.pci.buses.items.filter(
      ({ role, node }) => role === 'expander' && node.state === 'absent',
    );
    if (bare.length === 0) return;
    const nodes = nodesWithCpus(guest);
    if (!nodes || nodes.length < 2) return;
    // Of a GPU or passed-through device below the expander gpu-no-guest-affinity speaks.
    const spokenOf = new Set(
      guest.pci.devices.items
        .filter(({ role }) => role === 'passthrough' || role === 'display')
        .map((device) => rootOf(device)),
    );
    for (const bus of bare) {
      if (spokenOf.has(bus)) continue;
      report({
        message:
          `${atStart(busName(bus))} belongs to none of the ${nodes.length} guest nodes: devices below it read ` +
          'numa_node = -1, as they would without it.',
        at: bus.label,
        about: bus,
        fixes: nodes
          .map(nodeId)
          .filter((id) => id !== undefined)
          .map((id) => giveNode(bus, id)),
      });
    }
  },
});
