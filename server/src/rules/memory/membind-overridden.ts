import type { Backing } from '../../guest/memory.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'membind-overridden',
  reads: 'guest',
  only: 'qemu',
  topic: 'memory',
  severity: 'information',
  summary: 'The host nodes of a memory backend win over the ones that QEMU is started with.',
  sources: [
    {
      title: 'Linux: a VMA policy comes before the task policy',
      ref: 'Documentation/admin-guide/mm/numa_memory_policy.rst',
    },
    { title: 'numactl --membind', ref: 'numactl(8)' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const { memoryNodes } = guest.threads;
    if (!isKnown(memoryNodes)) return;
    for (const backing of guest.memory.backings.items) {
      if (!isKnown(backing.hostNodes) || !isBound(backing)) continue;
      const outside = backing.hostNodes.value.subtract(memoryNodes.value);
      if (outside.isEmpty) continue;
      report({
        message:
          `This memory comes from host ${outside.size === 1 ? 'node' : 'nodes'} ${outside}, although QEMU is started ` +
          `with --membind=${memoryNodes.value}: host-nodes of a backend wins, and only QEMU's own memory follows ` +
          '--membind.',
        at: backing.hostNodes.span,
        about: backing,
        related: [{ span: memoryNodes.span, message: 'The nodes that QEMU is started with.' }],
      });
    }
  },
});

const isBound = ({ policy }: Backing): boolean => isKnown(policy) && policy.value !== 'default';
