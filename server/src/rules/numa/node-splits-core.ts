import { complete } from '../../guest/collection.ts';
import { coreOf, layoutOf } from '../../guest/layout.ts';
import { isProbablyX86 } from '../../guest/machine.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { cpusOf, nodeId } from '../../guest/queries.ts';
import type { Smp } from '../../guest/smp.ts';
import { isKnown } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { counted, listed, vcpus } from './wording.ts';

export default defineRule({
  name: 'node-splits-core',
  reads: 'guest',
  topic: 'numa',
  severity: 'warning',
  summary: 'The threads of one guest core are in different guest nodes.',
  explains: ['node-splits-llc-domain'],
  sources: [
    {
      title: 'Linux: smt-sibling is not on the same node! Ignoring dependency.',
      ref: 'arch/x86/kernel/smpboot.c: topology_sane',
    },
  ],
  since: '0.1.0',
  check({ guest, target, report }) {
    const nodes = complete(guest.nodes);
    if (!nodes || nodes.length < 2 || !isProbablyX86(guest.machine)) return;
    const smp = layoutOf(guest, target);
    if (!smp || smp.levels.threads < 2) return;
    if (nodes.some((node) => cpusOf(node) === undefined)) return;
    const split = splitCores(nodes, smp);
    const first = split[0];
    if (!first) return;
    const owners = nodes.filter((node) => cpusOf(node)!.overlaps(first));
    const last = owners.at(-1)!;
    const at = last.cpus.filter(isKnown).find(({ value }) => value.overlaps(first))!;
    const rest = split.length - 1;
    const others =
      rest > 0 ? `, and ${counted(rest, 'other core')} ${rest === 1 ? 'is' : 'are'} split likewise` : '';
    report({
      message:
        `${vcpus(first)} are threads of one guest core, but belong to guest nodes ${listed(owners.map((node) => nodeId(node) ?? '?'))}${others}: ` +
        'Linux in the guest does not believe that and ignores that they share a core.',
      at: at.span,
      about: guest.topology,
      fixes: fixesFor(nodes, smp),
    });
  },
});

/** The vCPUs of each core whose threads are in several nodes. */
function splitCores(nodes: readonly GuestNode[], smp: Smp): IndexSet[] {
  const { threads } = smp.levels;
  const split = new Map<number, IndexSet>();
  for (const node of nodes) {
    for (const [low, high] of cpusOf(node)!.ranges) {
      // Only the cores at either end of a range can be cut by it.
      for (const core of [coreOf(smp, low), coreOf(smp, high)]) {
        const siblings = IndexSet.between(core * threads, (core + 1) * threads - 1);
        const elsewhere = nodes.some((other) => other !== node && cpusOf(other)!.overlaps(siblings));
        if (elsewhere) split.set(core, siblings);
      }
    }
  }
  return [...split].sort(([a], [b]) => a - b).map(([, siblings]) => siblings);
}

/** Each node keeps the number of its vCPUs, where that makes whole cores. */
function fixesFor(nodes: readonly GuestNode[], { maxcpus, levels }: Smp): Fix[] {
  const sizes = nodes.map((node) => cpusOf(node)!.size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== maxcpus || sizes.some((size) => size % levels.threads !== 0)) return [];
  const holders = nodes.filter((_, i) => sizes[i]! > 0);
  let next = 0;
  const changes = holders.map((node) => {
    const low = next;
    next += cpusOf(node)!.size;
    return { op: 'set', entity: node, field: 'cpus', to: IndexSet.between(low, next - 1) } as const;
  });
  return [
    {
      title: `Cut between the cores: ${listed(changes.map(({ to }) => `${to}`))}`,
      applicability: 'suggestion',
      changes,
    },
  ];
}
