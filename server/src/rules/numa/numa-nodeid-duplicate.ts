import type { Guest } from '../../guest/guest.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { nodeId } from '../../guest/queries.ts';
import { isKnown, type Value } from '../../guest/value.ts';
import type { Span } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';
import { refuser, WILL_NOT_START } from './wording.ts';

export default defineRule({
  name: 'numa-nodeid-duplicate',
  reads: 'guest',
  topic: 'numa',
  severity: 'error',
  summary: 'Two guest nodes have the same number.',
  sources: [
    { title: 'QEMU: Duplicate NUMA nodeid', ref: 'hw/core/numa.c: parse_numa_node' },
    { title: 'libvirt: Duplicate NUMA cell info', ref: 'src/conf/numa_conf.c: virDomainNumaDefParseXML' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const seen = new Map<number, GuestNode>();
    for (const node of guest.nodes.items) {
      const id = nodeId(node);
      if (id === undefined || !countsSurely(guest, node)) continue;
      const earlier = seen.get(id);
      if (!earlier) {
        seen.set(id, node);
        continue;
      }
      const fact = isKnown(node.id)
        ? `There is a guest node ${id} already`
        : `Without ${guest.dialect === 'qemu' ? 'nodeid=' : 'id='} this node gets the number of those before it, ${id}, which is taken`;
      report({
        message: `${fact}: ${refusal(guest, id)}.`,
        at: placeOfId(node.id, node.label),
        about: node,
        related: [{ span: placeOfId(earlier.id, earlier.label), message: `The first node ${id}.` }],
        fixes: fixesFor(guest, node),
      });
    }
  },
});

/** Where nodes may be missing, a number that is counted is not known. */
const countsSurely = ({ nodes }: Guest, node: GuestNode): boolean =>
  isKnown(node.id) || nodes.openedBy.length === 0;

function refusal(guest: Guest, id: number): string {
  const who = refuser(guest);
  if (!who) return WILL_NOT_START;
  return who === 'qemu'
    ? `QEMU stops with "Duplicate NUMA nodeid: ${id}"`
    : `libvirt refuses the domain with "Duplicate NUMA cell info for cell id '${id}'"`;
}

const placeOfId = (id: Value<number>, label: Span): Span => (isKnown(id) ? id.span : label);

/** What names the number means the first node; the second one gets a number of its own. */
function fixesFor(guest: Guest, node: GuestNode): Fix[] {
  const ids = guest.nodes.items.map(nodeId);
  if (ids.includes(undefined)) return [];
  let free = 0;
  while (ids.includes(free)) free++;
  return [
    {
      title: `Number it ${free}`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: node, field: 'id', to: free, followed: false }],
    },
  ];
}
