import type { Guest } from '../../guest/guest.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { nodeId } from '../../guest/queries.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';

/** MAX_NODES in include/sysemu/numa.h; a node's number has 16 bits. */
const LIMIT = 128;
const NUMBERS = 65536;

export default defineRule({
  name: 'numa-node-limit',
  reads: 'guest',
  topic: 'numa',
  severity: 'error',
  summary: 'A guest node has a number beyond 127, the last that QEMU takes.',
  explains: ['numa-nodeid-gap'],
  sources: [{ title: 'QEMU: Max number of NUMA nodes reached', ref: 'hw/core/numa.c: parse_numa_node' }],
  since: '0.1.0',
  check({ guest, report }) {
    // Where libvirt is asked first, a number beyond the number of cells is a gap.
    const checked = guest.dialect === 'qemu' ? Number.POSITIVE_INFINITY : guest.nodes.items.length;
    for (const node of guest.nodes.items) {
      const id = nodeId(node);
      if (id === undefined || id < LIMIT || id >= checked) continue;
      const refusal =
        id < NUMBERS ? `Max number of NUMA nodes reached: ${id}` : "Parameter 'nodeid' expects uint16_t";
      report({
        message: `Guest node ${id} is beyond 127, the last number that QEMU takes: it stops with "${refusal}".`,
        at: isKnown(node.id) ? node.id.span : node.label,
        about: node,
        fixes: fixesFor(guest, node),
      });
    }
  },
});

function fixesFor(guest: Guest, node: GuestNode): Fix[] {
  const ids = guest.nodes.items.map(nodeId);
  let free = 0;
  while (ids.includes(free)) free++;
  if (ids.includes(undefined) || free >= LIMIT) return [];
  return [
    {
      title: `Number it ${free}`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: node, field: 'id', to: free, followed: true }],
    },
  ];
}
