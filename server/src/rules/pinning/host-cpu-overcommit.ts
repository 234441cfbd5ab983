import { isOpen } from '../../guest/collection.ts';
import { isKnown, type Known } from '../../guest/value.ts';
import { pinnedVcpus } from '../../placement/threads.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { nameHostCpus } from './wording.ts';

export default defineRule({
  name: 'host-cpu-overcommit',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'pinning',
  severity: 'information',
  summary: 'More vCPUs share some host CPUs than these are.',
  sources: [{ title: 'Linux: sched_setaffinity', ref: 'man 2 sched_setaffinity' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    const { threads, topology, dialect } = guest;
    if (!isKnown(topology.vcpus) || (dialect === 'libvirt' && isOpen(threads.vcpuPins))) return;
    const list = listOf(threads.cpus, threads.cpuNodes);
    if (!list) return;
    const nodes = list === threads.cpuNodes;
    const named = nodes ? [...list.value].flatMap((node) => host.cpusOfNode(node).ranges) : list.value.ranges;
    const allowed = IndexSet.of(named).intersect(host.cpus);
    const count = topology.vcpus.value;
    if (count > 65_536) return;
    const sharing = count - [...pinnedVcpus(threads)].filter((vcpu) => vcpu < count).length;
    if (allowed.isEmpty || sharing <= allowed.size) return;
    report({
      message: `${sharing} vCPUs share ${nameHostCpus(allowed)}, which ${allowed.size === 1 ? 'is one' : `are ${allowed.size}`}: not all of them can run at once.`,
      at: list.span,
      about: [list, topology],
      related: [{ span: topology.vcpus.span, message: `The guest has ${count} vCPUs.` }],
    });
  },
});

/** Whatever keeps the process on CPUs; nothing where two lists do, or one that is not known. */
function listOf(
  cpus: Parameters<typeof isKnown<IndexSet>>[0],
  nodes: Parameters<typeof isKnown<IndexSet>>[0],
): Known<IndexSet> | undefined {
  if (isKnown(cpus)) return nodes?.state === 'absent' ? cpus : undefined;
  return cpus?.state === 'absent' && isKnown(nodes) ? nodes : undefined;
}
