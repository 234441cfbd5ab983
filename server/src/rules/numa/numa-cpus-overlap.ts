import type { Guest } from '../../guest/guest.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { cpusOf, nodeName } from '../../guest/queries.ts';
import { isKnown, type Known } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'numa-cpus-overlap',
  reads: 'guest',
  topic: 'numa',
  severity: 'error',
  summary: 'A vCPU is assigned to two guest nodes.',
  sources: [
    {
      title: 'QEMU: CPU is already assigned to node-id',
      ref: 'hw/core/machine.c: machine_set_cpu_numa_node',
    },
    {
      title: 'libvirt: NUMA cells have overlapping vCPU ids',
      ref: 'src/conf/numa_conf.c: virDomainNumaDefParseXML',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const seen: { node: GuestNode; cpus: Known<IndexSet> }[] = [];
    for (const node of guest.nodes.items) {
      for (const cpus of node.cpus) {
        if (!isKnown(cpus)) continue;
        const earlier = seen.find((other) => other.node !== node && other.cpus.value.overlaps(cpus.value));
        if (earlier) {
          const both = earlier.cpus.value.intersect(cpus.value);
          const plural = both.size === 1 ? ['vCPU', 'is'] : ['vCPUs', 'are'];
          report({
            message:
              `${plural[0]} ${both} ${plural[1]} in ${nodeName(node)}, but already in ` +
              `${nodeName(earlier.node)}: a vCPU belongs to one node only, and the guest will not start.`,
            at: cpus.span,
            about: node,
            related: [{ span: earlier.cpus.span, message: `Assigned to ${nodeName(earlier.node)} here.` }],
            fixes: fixesFor(guest, earlier.node, node),
          });
        }
        seen.push({ node, cpus });
      }
    }
  },
});

/** Where all overlapping nodes claim the same vCPUs, dividing them is what was meant; else the later one yields. */
function fixesFor(guest: Guest, first: GuestNode, second: GuestNode): Fix[] {
  const a = cpusOf(first);
  const b = cpusOf(second);
  if (!a || !b) return [];
  const alike = guest.nodes.items.filter((node) => cpusOf(node)?.equals(a));
  if (a.equals(b) && a.size >= alike.length) {
    const parts = divide(a, alike.length);
    return [
      {
        title: `Divide vCPUs ${a} between ${alike.length} nodes: ${parts.join(' and ')}`,
        applicability: 'suggestion',
        changes: alike.map((node, i) => ({ op: 'set', entity: node, field: 'cpus', to: parts[i]! }) as const),
      },
    ];
  }
  const rest = b.subtract(a);
  if (rest.isEmpty) return [];
  return [
    {
      title: `Leave ${rest.size === 1 ? 'vCPU' : 'vCPUs'} ${rest} to ${nodeName(second)}`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: second, field: 'cpus', to: rest }],
    },
  ];
}

/** Cuts a set into runs of nearly equal size, in order, so that neighbours stay together. */
function divide(set: IndexSet, count: number): IndexSet[] {
  const members = [...set];
  return Array.from({ length: count }, (_, i) =>
    IndexSet.from(
      members.slice(Math.floor((i * members.length) / count), Math.floor(((i + 1) * members.length) / count)),
    ),
  );
}
