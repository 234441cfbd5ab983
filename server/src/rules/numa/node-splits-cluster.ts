import { complete } from '../../guest/collection.ts';
import { layoutOf } from '../../guest/layout.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { cpusOf, nodeId } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { listed, vcpus } from './wording.ts';

export default defineRule({
  name: 'node-splits-cluster',
  reads: 'guest',
  only: 'qemu',
  topic: 'numa',
  severity: 'warning',
  summary: 'The vCPUs of one cluster of an Arm machine are in different guest nodes.',
  sources: [
    {
      title: 'QEMU: It can cause OSes like Linux to misbehave',
      ref: 'hw/core/machine.c: validate_cpu_cluster_to_numa_boundary',
    },
  ],
  since: '0.1.0',
  check({ guest, target, report }) {
    if (effective(guest.machine.type)?.family !== 'virt') return;
    const nodes = complete(guest.nodes);
    const smp = layoutOf(guest, target);
    if (!nodes || !smp || nodes.some((node) => cpusOf(node) === undefined)) return;
    // Of vCPUs in two nodes numa-cpus-overlap speaks.
    if (nodes.some((node, i) => nodes.slice(0, i).some((other) => overlap(node, other)))) return;
    const { modules, cores, threads } = smp.levels;
    const split = splitCluster(nodes, modules * cores * threads);
    if (!split) return;
    const owners = nodes.filter((node) => cpusOf(node)!.overlaps(split));
    const last = owners.at(-1)!;
    const at = last.cpus.filter(isKnown).find(({ value }) => value.overlaps(split))!;
    report({
      message:
        `${vcpus(split)} are one cluster of the guest, but belong to guest nodes ` +
        `${listed(owners.map((node) => nodeId(node) ?? '?'))}: Linux in the guest cannot make its scheduling domains ` +
        'of that, and QEMU warns "It can cause OSes like Linux to misbehave".',
      at: at.span,
      about: guest.topology,
    });
  },
});

const overlap = (a: GuestNode, b: GuestNode): boolean => cpusOf(a)!.overlaps(cpusOf(b)!);

/** The first cluster whose vCPUs are in several nodes. */
function splitCluster(nodes: readonly GuestNode[], size: number): IndexSet | undefined {
  for (const node of nodes) {
    for (const [low, high] of cpusOf(node)!.ranges) {
      // Only the clusters at either end of a range can be cut by it.
      for (const vcpu of [low, high]) {
        const first = Math.floor(vcpu / size) * size;
        const cluster = IndexSet.between(first, first + size - 1);
        const elsewhere = nodes.some((other) => other !== node && cpusOf(other)!.overlaps(cluster));
        if (elsewhere) return cluster;
      }
    }
  }
  return undefined;
}
