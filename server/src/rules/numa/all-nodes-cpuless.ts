import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import { layoutOf } from '../../guest/layout.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { cpusOf } from '../../guest/queries.ts';
import type { Target } from '../../guest/target.ts';
import { effective } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { cut } from './cut.ts';
import { listed, vcpus } from './wording.ts';

export default defineRule({
  name: 'all-nodes-cpuless',
  reads: 'guest',
  only: 'libvirt',
  topic: 'numa',
  severity: 'warning',
  summary: 'No cell holds a vCPU of those that the guest starts with.',
  explains: ['numa-cpu-unassigned'],
  sources: [
    { title: 'libvirt: they all go to cell 0', ref: 'src/qemu/qemu_domain.c: qemuDomainDefNumaCPUsRectify' },
  ],
  since: '0.1.0',
  check({ guest, target, report }) {
    const nodes = complete(guest.nodes);
    const present = effective(guest.topology.vcpus);
    if (guest.dialect !== 'libvirt' || !nodes || nodes.length === 0 || !present) return;
    const first = IndexSet.first(present);
    if (nodes.some((node) => cpusOf(node)?.overlaps(first) !== false)) return;
    const none = nodes.every((node) => cpusOf(node)!.isEmpty);
    const [is, it] = present === 1 ? ['is', 'it'] : ['are', 'them'];
    // In a single cell they belong nowhere else: what is missing is only written down.
    const single = nodes.length === 1 && none;
    report({
      ...(single ? { severity: 'information' } : {}),
      message:
        `${vcpus(first)}, which the guest starts with, ${is} in no cell: libvirt says nothing and ` +
        `puts ${it} into cell 0.`,
      at: nodes[0]!.label,
      about: guest,
      fixes: fixesFor(guest, nodes, target, none),
    });
  },
});

/** Divided where nothing is said at all; else only what is said is completed. */
function fixesFor(guest: Guest, nodes: readonly GuestNode[], target: Target, none: boolean): Fix[] {
  const smp = layoutOf(guest, target);
  if (!smp) return [];
  const parts = none ? cut(smp, nodes.length) : [];
  if (none && parts.every((part) => !part.isEmpty)) {
    return [
      {
        title:
          nodes.length === 1
            ? `Write ${vcpus(parts[0]!)} to the cell`
            : `Divide the vCPUs: ${listed(parts.map(String))}`,
        applicability: nodes.length === 1 ? 'safe' : 'suggestion',
        changes: nodes.map((node, i) => ({ op: 'set', entity: node, field: 'cpus', to: parts[i]! }) as const),
      },
    ];
  }
  const all = IndexSet.first(smp.maxcpus);
  const missing = nodes.reduce((left, node) => left.subtract(cpusOf(node)!), all);
  const bare = nodes.filter((node) => cpusOf(node)!.isEmpty);
  if (bare.length !== 1) return [];
  return [
    {
      title: `Write ${vcpus(missing)} to the cell without vCPUs`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: bare[0]!, field: 'cpus', to: missing }],
    },
  ];
}
