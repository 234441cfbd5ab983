import type { Change } from '../../dialects/change.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { NewBacking } from '../../guest/change.ts';
import { complete } from '../../guest/collection.ts';
import type { Backing, GuestNode } from '../../guest/memory.ts';
import { nodeId, nodeName, ramSize } from '../../guest/queries.ts';
import { atLeast, NEWEST_QEMU } from '../../guest/target.ts';
import { effective } from '../../guest/value.ts';
import { type Bytes, MiB } from '../../values/byteSize.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { spareBackings } from './spareBackings.ts';
import { listed } from './wording.ts';

/** Before, QEMU divided the RAM between the nodes itself. */
const NO_LONGER_DIVIDES = [5, 2] as const;

export default defineRule({
  name: 'numa-node-without-memory',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary: 'No guest node has memory, which QEMU since 5.2 no longer divides by itself.',
  sources: [
    {
      title: 'QEMU: total memory for NUMA nodes (0x0) should equal RAM size',
      ref: 'hw/core/numa.c: numa_complete_configuration',
    },
    {
      title: 'QEMU manual: removed features',
      ref: 'docs/about/removed-features.rst: -numa node (without memory specified)',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, target, report } = context;
    const nodes = complete(guest.nodes);
    // A node among others may well have none: it holds vCPUs or devices only.
    if (!nodes || nodes.length === 0 || !nodes.every(hasNone)) return;
    if (!atLeast(target.qemu ?? NEWEST_QEMU, NO_LONGER_DIVIDES)) return;
    const ram = ramSize(guest);
    const size = ram === undefined ? '' : ` (0x${ram.toString(16)})`;
    const which =
      nodes.length === 1 ? 'The guest node has no' : `None of the ${nodes.length} guest nodes has`;
    report({
      message:
        `${which} memory, and QEMU no longer divides the RAM itself: it stops with "total memory for NUMA nodes (0x0) ` +
        `should equal RAM size${size}".`,
      at: nodes[0]!.label,
      about: [guest.memory, ...nodes],
      fixes: fixesFor(context, nodes, ram),
    });
  },
});

const hasNone = (node: GuestNode): boolean =>
  node.size.state === 'absent' && node.backing.id.state === 'absent';

function fixesFor(context: QemuContext, nodes: readonly GuestNode[], ram: Bytes | undefined): Fix[] {
  const whole = context.guest.memory.whole.target;
  if (whole.state === 'found') return [useWhole(context, nodes[0]!, whole.item)];
  if (ram === undefined) return [];
  const spare = spareBackings(context);
  const sum = spare.reduce((total, backing) => total + (effective(backing.size) ?? 0n), 0n);
  const reuse = spare.length === nodes.length && sum === ram ? [useSpare(nodes, spare)] : [];
  return [...reuse, ...createBackings(nodes, ram)];
}

/** The machine's backing becomes that of a node: QEMU takes one or the other. */
function useWhole({ line }: QemuContext, node: GuestNode, backing: Backing): Fix {
  const changes: Change[] = [{ op: 'set', entity: node, field: 'backing', to: backing }];
  for (const option of optionsNamed(line, 'machine', 'M')) {
    const property = option.find('memory-backend');
    if (property) changes.push({ op: 'remove-property', option, property });
  }
  return {
    title: `Give ${nodeName(node)} the memory ${effective(backing.id)}, which is the machine's`,
    applicability: 'suggestion',
    changes,
  };
}

const useSpare = (nodes: readonly GuestNode[], spare: readonly Backing[]): Fix => ({
  title: `Take the memory from ${listed(spare.map(({ id }) => effective(id) ?? ''))}`,
  applicability: 'suggestion',
  changes: nodes.map((node, i) => ({ op: 'set', entity: node, field: 'backing', to: spare[i]! }) as const),
});

/** Equal parts in whole pages of 2 MiB, as far as that goes; the first node takes what is left over. */
function createBackings(nodes: readonly GuestNode[], ram: Bytes): Fix[] {
  const count = BigInt(nodes.length);
  const each = (ram / count / (2n * MiB)) * 2n * MiB;
  if (each === 0n && nodes.length > 1) return [];
  const changes = nodes.flatMap((node, i): Change[] => {
    const size = i === 0 ? ram - each * (count - 1n) : each;
    const created: NewBacking = { kind: 'new-backing', size, id: `ram${nodeId(node) ?? i}` };
    return [
      { op: 'add', entity: created, before: node },
      { op: 'set', entity: node, field: 'backing', to: created },
    ];
  });
  const title =
    nodes.length === 1
      ? 'Give the node all of the memory'
      : `Divide the memory between the ${nodes.length} nodes`;
  return [{ title, applicability: nodes.length === 1 ? 'safe' : 'suggestion', changes }];
}
