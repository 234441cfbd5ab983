import type { Change } from '../../dialects/change.ts';
import type { NewBacking } from '../../guest/change.ts';
import { complete } from '../../guest/collection.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { nodeId, nodeName } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { formatBytes } from '../../values/byteSize.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { refusesMem } from './refusesMem.ts';

export default defineRule({
  name: 'numa-mem-and-memdev-mixed',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary: 'Guest nodes get their memory by mem= here and by memdev= there, which QEMU does not mix.',
  explains: ['numa-mem-removed'],
  sources: [
    {
      title: 'QEMU: either mem= or memdev=, mixing both is not allowed',
      ref: 'hw/core/numa.c: parse_numa_node',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, target, sources, report } = context;
    const machine = effective(guest.machine.type);
    const takesMem = machine !== undefined && !refusesMem(machine, target);
    const other = guest.nodes.items.find((node) => hasMemdev(node) && !hasMem(node));
    for (const node of guest.nodes.items) {
      const mem = sources.get(node)?.find('mem');
      // Where the machine takes no mem= at all, that is said of a node that has nothing else.
      if (!mem || !(hasMemdev(node) || (takesMem && other))) continue;
      const both = hasMemdev(node);
      report({
        message:
          `${both ? 'This node has mem= and memdev=' : `This node has mem=, and ${nodeName(other!)} has memdev=`}: QEMU ` +
          'stops with "numa configuration should use either mem= or memdev=,mixing both is not allowed".',
        at: mem.span,
        about: node,
        fixes: both ? dropMem(context, node) : allByMemdev(context),
      });
    }
  },
});

const hasMem = (node: GuestNode): boolean => node.size.state !== 'absent';
const hasMemdev = (node: GuestNode): boolean => node.backing.id.state !== 'absent';

/** The backend stays: it says more than a size. */
function dropMem({ sources }: QemuContext, node: GuestNode): Fix[] {
  const option = sources.get(node);
  const property = option?.find('mem');
  if (!option || !property) return [];
  const { target } = node.backing;
  const same = target.state === 'found' && effective(target.item.size) === effective(node.size);
  return [
    {
      title: 'Remove mem=',
      applicability: same ? 'safe' : 'suggestion',
      changes: [{ op: 'remove-property', option, property }],
    },
  ];
}

function allByMemdev({ guest }: QemuContext): Fix[] {
  const nodes = complete(guest.nodes)?.filter((node) => hasMem(node) && !hasMemdev(node)) ?? [];
  const changes = nodes.flatMap((node): Change[] => {
    if (!isKnown(node.size)) return [];
    const size = node.size.value;
    const created: NewBacking = { kind: 'new-backing', size, id: `ram${nodeId(node) ?? ''}` };
    return [
      { op: 'add', entity: created, before: node },
      { op: 'set', entity: node, field: 'backing', to: created },
    ];
  });
  if (nodes.length === 0 || changes.length < 2 * nodes.length) return [];
  const sizes = nodes.map(({ size }) => formatBytes(effective(size) ?? 0n));
  return [
    {
      title: `Take that memory from ${nodes.length === 1 ? `a backend of ${sizes[0]}` : 'new backends'}`,
      applicability: 'safe',
      changes,
    },
  ];
}
