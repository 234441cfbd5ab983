import type { Backing } from '../../guest/memory.ts';
import { atLeast } from '../../guest/target.ts';
import { effective, isKnown, type Known } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';

/** Since then QEMU hands on all nodes, where its libnuma and the kernel take them. */
const TAKES_MANY = [8, 0] as const;

export default defineRule({
  name: 'preferred-many-nodes',
  reads: 'guest',
  topic: 'memory',
  severity: 'warning',
  summary: 'Memory prefers several host nodes, where older programs and kernels take one.',
  sources: [
    {
      title: 'QEMU: MPOL_PREFERRED_MANY where it is there',
      ref: 'backends/hostmem.c: host_memory_backend_memory_complete',
    },
    { title: 'Linux: MPOL_PREFERRED takes the first node', ref: 'man 2 mbind' },
  ],
  since: '0.1.0',
  check({ guest, target, report }) {
    for (const backing of guest.memory.backings.items) {
      const { policy, hostNodes } = backing;
      if (effective(policy) !== 'preferred' || !isKnown(hostNodes) || hostNodes.value.size < 2) continue;
      const [first] = hostNodes.value;
      const newer = target.qemu !== undefined && atLeast(target.qemu, TAKES_MANY);
      report({
        message:
          `The memory prefers the host nodes ${hostNodes.value}. Before QEMU 8.0 and Linux 5.15 that meant node ${first} ` +
          'alone, without a word, and the others only once it is full.',
        at: hostNodes.span,
        about: backing,
        ...(newer ? { severity: 'information' as const } : {}),
        fixes: [preferOne(backing, hostNodes, first!)],
      });
    }
  },
});

const preferOne = (backing: Backing, hostNodes: Known<IndexSet>, node: number): Fix => ({
  title: `Prefer host node ${node}`,
  applicability: 'suggestion',
  changes: [
    hostNodes.slot
      ? { op: 'replace', value: hostNodes, text: String(node) }
      : { op: 'set', entity: backing, field: 'hostNodes', to: IndexSet.from([node]) },
  ],
});
