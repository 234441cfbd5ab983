import type { NewBacking } from '../../guest/change.ts';
import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { Backing, GuestNode } from '../../guest/memory.ts';
import { backingOf, nodeName, sizeOf } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { formatBytes } from '../../values/byteSize.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'numa-memdev-unknown',
  reads: 'guest',
  only: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary: 'A guest node takes its memory from a backend that does not exist.',
  sources: [{ title: 'QEMU: memdev is ambiguous', ref: 'hw/core/numa.c: parse_numa_node' }],
  since: '0.1.0',
  check({ guest, report }) {
    for (const node of guest.nodes.items) {
      const { id, target } = node.backing;
      if (target.state !== 'absent' || !isKnown(id)) continue;
      // An empty path finds the only backend that there is.
      if (id.value === '' && guest.memory.backings.items.length === 1) continue;
      // Other paths than /objects/… lead through the machine's own object tree, which we do not know.
      if (id.value.startsWith('/') && !id.value.startsWith('/objects/')) continue;
      report({
        message:
          `No memory backend has the id ${id.value}, from which ${nodeName(node)} is to take its memory: ` +
          `QEMU stops with "memdev=${id.value} is ambiguous", its words for not found.`,
        at: id.span,
        about: node,
        fixes: fixesFor(guest, node, id.value),
      });
    }
  },
});

function fixesFor(guest: Guest, node: GuestNode, wanted: string): Fix[] {
  const spare = guest.memory.backings.items.filter(
    (backing) => isKnown(backing.id) && !guest.nodes.items.some((other) => backingOf(other) === backing),
  );
  const idOf = (backing: Backing): string => effective(backing.id) ?? '';
  const similar = mostSimilar(wanted, spare.map(idOf));
  const chosen =
    spare.find((backing) => idOf(backing) === similar) ?? (spare.length === 1 ? spare[0] : undefined);
  const fixes: Fix[] = [];
  if (chosen) {
    fixes.push({
      title: `Take the memory from ${idOf(chosen)}`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: node, field: 'backing', to: chosen }],
    });
  }
  const size = missingSize(guest, node);
  if (size !== undefined) {
    const created: NewBacking = { kind: 'new-backing', size, id: wanted };
    fixes.push({
      title: `Create the backend ${wanted} with ${formatBytes(size)}`,
      applicability: 'suggestion',
      changes: [
        { op: 'add', entity: created, before: node },
        { op: 'set', entity: node, field: 'backing', to: created },
      ],
    });
  }
  return fixes;
}

/** What the node must have for all nodes to add up to the guest's memory. */
function missingSize(guest: Guest, node: GuestNode): bigint | undefined {
  const total = effective(guest.memory.size);
  const nodes = complete(guest.nodes);
  if (total === undefined || !nodes) return undefined;
  let rest = total;
  for (const other of nodes) {
    if (other === node) continue;
    const size = sizeOf(other);
    if (size === undefined) return undefined;
    rest -= size;
  }
  return rest > 0n ? rest : undefined;
}
