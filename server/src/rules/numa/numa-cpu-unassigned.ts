import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { cpusOf, nodeId, nodeName } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { vcpus } from './wording.ts';

export default defineRule({
  name: 'numa-cpu-unassigned',
  reads: 'guest',
  topic: 'numa',
  severity: 'warning',
  summary: 'Guest nodes list some vCPUs, and leave out others.',
  sources: [
    {
      title: 'QEMU: CPU(s) not present in any NUMA nodes',
      ref: 'hw/core/machine.c: machine_numa_finish_cpu_init',
    },
    {
      title: 'libvirt: the rest goes to cell 0',
      ref: 'src/qemu/qemu_domain.c: qemuDomainDefNumaCPUsRectify',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const nodes = complete(guest.nodes);
    const count = effective(guest.topology.maxVcpus);
    if (!nodes || nodes.length === 0 || !count) return;
    let missing = IndexSet.first(count);
    for (const node of nodes) {
      const cpus = cpusOf(node);
      if (!cpus) return;
      missing = missing.subtract(cpus);
    }
    if (missing.isEmpty) return;
    const last = nodes.flatMap((node) => node.cpus.filter(isKnown)).at(-1);
    if (!last) return;
    report({
      message: messageFor(guest, missing),
      at: last.span,
      about: guest,
      fixes: fixesFor(nodes, missing),
    });
  },
});

function messageFor(guest: Guest, missing: IndexSet): string {
  const [is, it] = missing.size === 1 ? ['is', 'it'] : ['are', 'them'];
  const present = effective(guest.topology.vcpus);
  const later = present !== undefined && missing.min! >= present;
  const which = later ? `${vcpus(missing)}, for which there is room to be plugged in,` : vcpus(missing);
  const taker =
    guest.dialect === 'qemu'
      ? `QEMU warns, puts ${it} on node 0, and calls that obsolete`
      : `libvirt silently puts ${it} into cell 0`;
  return `${which} ${is} in no guest node: ${taker}.`;
}

/** First where they seem to belong, then where they go anyway. */
function fixesFor(nodes: readonly GuestNode[], missing: IndexSet): Fix[] {
  const first = nodes.find((node) => nodeId(node) === 0);
  const better = nodeFor(nodes, missing);
  const give = (node: GuestNode) =>
    [{ op: 'set', entity: node, field: 'cpus', to: cpusOf(node)!.union(missing) }] as const;
  const fixes: Fix[] = [];
  if (better && better !== first) {
    fixes.push({
      title: `Give ${vcpus(missing)} to ${nodeName(better)}`,
      applicability: 'suggestion',
      changes: give(better),
    });
  }
  if (first) {
    fixes.push({
      title: `Write ${vcpus(missing)} to guest node 0, where ${missing.size === 1 ? 'it is' : 'they are'} anyway`,
      applicability: 'safe',
      changes: give(first),
    });
  }
  return fixes;
}

/** The one node without vCPUs, else the one that holds the vCPU before. */
function nodeFor(nodes: readonly GuestNode[], missing: IndexSet): GuestNode | undefined {
  const bare = nodes.filter((node) => cpusOf(node)!.isEmpty);
  if (bare.length === 1) return bare[0];
  return nodes.find((node) => cpusOf(node)!.has(missing.min! - 1));
}
