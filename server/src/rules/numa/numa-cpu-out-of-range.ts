import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { cpusOf, nodeName } from '../../guest/queries.ts';
import { effective, isKnown, type Known } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { capital, refuser, vcpus, WILL_NOT_START } from './wording.ts';

export default defineRule({
  name: 'numa-cpu-out-of-range',
  reads: 'guest',
  topic: 'numa',
  severity: 'error',
  summary: 'A guest node lists a vCPU that the guest does not have.',
  sources: [
    { title: 'QEMU: CPU index should be smaller than maxcpus', ref: 'hw/core/numa.c: parse_numa_node' },
    {
      title: 'libvirt: Number of CPUs in <numa> exceeds the <vcpu> count',
      ref: 'src/conf/domain_conf.c: virDomainVcpuParse',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const { vcpus: present, maxVcpus } = guest.topology;
    const written = isKnown(maxVcpus) ? maxVcpus : present;
    const count = effective(maxVcpus);
    if (!count || guest.nodes.items.length === 0) return;
    const all = IndexSet.first(count);
    for (const node of guest.nodes.items) {
      for (const cpus of node.cpus) {
        if (!isKnown(cpus) || cpus.value.isWithin(all)) continue;
        const beyond = cpus.value.subtract(all);
        const numbers = count === 1 ? 'number 0' : `numbered ${all}`;
        report({
          message:
            `${vcpus(beyond)} ${beyond.size === 1 ? 'does' : 'do'} not exist: the guest has ${count}, ${numbers}. ` +
            refusal(guest, beyond, count),
          at: cpus.span,
          about: node,
          ...(isKnown(written)
            ? { related: [{ span: written.span, message: 'The number of vCPUs is set here.' }] }
            : {}),
          fixes: fixesFor(guest, node, cpus, all),
        });
      }
    }
  },
});

function refusal(guest: Guest, beyond: IndexSet, count: number): string {
  const who = refuser(guest);
  if (who === 'qemu') {
    const index = beyond.min!;
    return `QEMU stops with "CPU index (${index}) should be smaller than maxcpus (${count})".`;
  }
  const lists = complete(guest.nodes)?.map(cpusOf);
  // Of two cells with the same vCPUs libvirt says that first.
  if (!who || !lists || lists.some((list) => list === undefined)) return `${capital(WILL_NOT_START)}.`;
  const total = lists.reduce((sum, list) => sum + (list?.size ?? 0), 0);
  return total > count
    ? 'libvirt refuses the domain with "Number of CPUs in <numa> exceeds the <vcpu> count".'
    : 'libvirt refuses the domain with "CPU IDs in <numa> exceed the <vcpu> count".';
}

function fixesFor(guest: Guest, node: GuestNode, cpus: Known<IndexSet>, all: IndexSet): Fix[] {
  const fixes: Fix[] = [];
  const rest = cpusOf(node)?.intersect(all);
  if (rest && !rest.isEmpty) {
    fixes.push({
      title: `Leave ${vcpus(rest)} to ${nodeName(node)}`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: node, field: 'cpus', to: rest }],
    });
  }
  const known = guest.nodes.items.flatMap((other) => other.cpus.filter(isKnown));
  const highest = Math.max(...known.map(({ value }) => value.max ?? 0), cpus.value.max ?? 0);
  return [
    ...fixes,
    {
      title: `Give the guest ${highest + 1} vCPUs`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: guest.topology, field: 'maxVcpus', to: highest + 1 }],
    },
  ];
}
