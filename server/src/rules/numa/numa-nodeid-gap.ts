import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { GuestNode } from '../../guest/memory.ts';
import type { PciBus } from '../../guest/pci.ts';
import { nodeId } from '../../guest/queries.ts';
import { isKnown } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { listed } from './wording.ts';

export default defineRule({
  name: 'numa-nodeid-gap',
  reads: 'guest',
  topic: 'numa',
  severity: 'error',
  explains: ['pxb-illegal-numa-node'],
  summary: 'The numbers of the guest nodes do not run from 0 without gaps.',
  sources: [
    { title: 'QEMU: Node ID missing', ref: 'hw/core/numa.c: numa_complete_configuration' },
    { title: 'libvirt: non-contiguous ranges', ref: 'src/conf/numa_conf.c: virDomainNumaDefParseXML' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const nodes = complete(guest.nodes);
    const after = nodes?.find((node) => isKnown(node.id) && node.id.value >= nodes.length);
    if (!nodes || !after || !isKnown(after.id)) return;
    const ids = nodes.map(nodeId).filter((id) => id !== undefined);
    const taken = IndexSet.from(ids);
    // Of a number that is there twice both programs speak first.
    if (ids.length < nodes.length || taken.size < ids.length) return;
    const missing = IndexSet.between(0, taken.max!).subtract(taken);
    const refusal =
      guest.dialect === 'qemu'
        ? `QEMU stops with "numa: Node ID missing: ${missing.max}"`
        : `libvirt refuses the domain with "Exactly one 'cell' element per guest NUMA cell allowed, non-contiguous ` +
          'ranges or ranges not starting from 0 are not allowed"';
    const which =
      nodes.length === 1
        ? 'The only guest node has the number'
        : `The ${nodes.length} guest nodes have the numbers`;
    report({
      message: `${which} ${listed([...taken])}, but not ${missing}: numbers run from 0 without gaps, and ${refusal}.`,
      at: after.id.span,
      about: [after, ...namedBy(guest, missing.max!)],
      fixes: fixesFor(nodes),
    });
  },
});

/** Root buses of nodes beyond the gap, which would be there without it. */
const namedBy = (guest: Guest, gap: number): readonly PciBus[] =>
  guest.pci.buses.items.filter((bus) => isKnown(bus.node) && bus.node.value > gap);

/** Numbers the nodes anew in their order, and all that names them. */
function fixesFor(nodes: readonly GuestNode[]): Fix[] {
  const sorted = nodes.toSorted((a, b) => nodeId(a)! - nodeId(b)!);
  const moved = sorted.map((node, to) => ({ node, to })).filter(({ node, to }) => nodeId(node) !== to);
  const renamed = moved.map(({ node, to }) => `${nodeId(node)} becomes ${to}`);
  return [
    {
      title: `Close the gap: node ${listed(renamed)}`,
      applicability: 'suggestion',
      changes: moved.map(
        ({ node, to }) => ({ op: 'set', entity: node, field: 'id', to, followed: true }) as const,
      ),
    },
  ];
}
