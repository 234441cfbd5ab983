import { complete } from '../../guest/collection.ts';
import { cpusOf, nodeName, nodesWithCpus, sizeOf } from '../../guest/queries.ts';
import { effective } from '../../guest/value.ts';
import { formatBytes } from '../../values/byteSize.ts';
import { defineRule } from '../define.ts';
import { capital } from './wording.ts';

export default defineRule({
  name: 'cpuless-node',
  reads: 'guest',
  topic: 'numa',
  severity: 'information',
  summary: 'A guest node has memory and no vCPUs.',
  sources: [
    {
      title: 'QEMU: CPUs that no node names belong to node 0',
      ref: 'hw/core/machine.c: machine_numa_finish_cpu_init',
    },
    { title: 'Linux: memory-only nodes as lower tiers', ref: 'mm/memory-tiers.c' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const bare = complete(guest.nodes)?.filter((node) => cpusOf(node)?.isEmpty) ?? [];
    // Where no node names any, they are dealt out.
    if (bare.length === 0 || !nodesWithCpus(guest)?.length) return;
    for (const node of bare) {
      const size = sizeOf(node);
      if (size === undefined || size === 0n) continue;
      // What is not assigned goes to node 0.
      if (effective(node.id) === 0 && !isCertain(guest)) continue;
      report({
        message:
          `${capital(nodeName(node))} has ${formatBytes(size)} of memory and no vCPUs: all that use it reach over from ` +
          'another node, and Linux in the guest fills it last. That is right for memory that is meant to be slow.',
        at: node.label,
        about: node,
      });
    }
  },
});

/** True where every vCPU has its node. */
function isCertain(guest: Parameters<typeof nodesWithCpus>[0]): boolean {
  const assigned = (nodesWithCpus(guest) ?? []).reduce((sum, node) => sum + cpusOf(node)!.size, 0);
  const all = effective(guest.topology.maxVcpus);
  return all !== undefined && assigned >= all;
}
