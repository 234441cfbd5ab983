import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import { layoutOf, socketsOf } from '../../guest/layout.ts';
import { isX86 } from '../../guest/machine.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { nodeId } from '../../guest/queries.ts';
import type { Smp } from '../../guest/smp.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { cut, levelsWithSockets } from './cut.ts';
import { counted, listed, vcpus } from './wording.ts';

export default defineRule({
  name: 'numa-default-split-by-socket',
  reads: 'guest',
  only: 'qemu',
  topic: 'numa',
  severity: 'warning',
  summary: 'No guest node lists its vCPUs, and there are fewer sockets than nodes to spread them by.',
  sources: [
    { title: 'QEMU: nodes by socket number', ref: 'hw/i386/x86-common.c: x86_get_default_cpu_node_id' },
  ],
  since: '0.1.0',
  check({ guest, target, report }) {
    const nodes = complete(guest.nodes);
    if (guest.dialect !== 'qemu' || !nodes || nodes.length < 2) return;
    if (nodes.some((node) => node.cpus.length > 0) || !isX86(guest.machine)) return;
    const smp = layoutOf(guest, target);
    if (!smp) return;
    const sockets = socketsOf(smp);
    if (sockets >= nodes.length || sockets >= smp.maxcpus) return;
    report({
      message: messageFor(nodes, smp, sockets),
      at: nodes[0]!.label,
      about: guest,
      fixes: fixesFor(guest, nodes, smp),
    });
  },
});

function messageFor(nodes: readonly GuestNode[], smp: Smp, sockets: number): string {
  const lead = `None of the ${nodes.length} guest nodes lists its vCPUs: QEMU places them by socket`;
  if (sockets === 1) {
    const all = IndexSet.first(smp.maxcpus);
    return `${lead}, and with one socket ${vcpus(all)} all land on node 0.`;
  }
  const ids = nodes.map(nodeId).filter((id) => id !== undefined && id >= sockets) as number[];
  return `${lead}, and with ${counted(sockets, 'socket')} nothing is left for ${listed(ids.map((id) => `node ${id}`))}.`;
}

function fixesFor(guest: Guest, nodes: readonly GuestNode[], smp: Smp): Fix[] {
  const fixes: Fix[] = [];
  const levels = levelsWithSockets(guest.topology, smp, nodes.length);
  if (levels) {
    fixes.push({
      title: `Give the guest ${counted(nodes.length, 'socket')}, one per node`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: guest.topology, field: 'levels', to: levels }],
    });
  }
  const parts = cut(smp, nodes.length);
  if (parts.every((part) => !part.isEmpty)) {
    fixes.push({
      title: `List the vCPUs on the nodes: ${listed(parts.map(String))}`,
      applicability: 'suggestion',
      changes: nodes.map((node, i) => ({ op: 'set', entity: node, field: 'cpus', to: parts[i]! }) as const),
    });
  }
  return fixes;
}
