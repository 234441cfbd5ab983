import type { Guest } from '../../guest/guest.ts';
import { dieOf, layoutOf, socketsOf } from '../../guest/layout.ts';
import { isProbablyX86 } from '../../guest/machine.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { cpusOf, nodeId, nodesWithCpus } from '../../guest/queries.ts';
import type { Smp } from '../../guest/smp.ts';
import { placeOf } from '../../guest/value.ts';
import type { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { levelsWithSockets } from './cut.ts';
import { listed } from './wording.ts';

/** No machine has more (hw/i386/pc_q35.c, 4096 since QEMU 9.1); other rules speak of such a number. */
const MOST_VCPUS = 65536;

export default defineRule({
  name: 'node-splits-llc-domain',
  reads: 'guest',
  topic: 'numa',
  severity: 'hint',
  summary: 'A guest socket or die, which shares one last-level cache, spans several guest nodes.',
  sources: [
    {
      title: 'Linux: llc-sibling is not on the same node! Ignoring dependency.',
      ref: 'arch/x86/kernel/smpboot.c: topology_sane',
    },
    { title: 'QEMU: the L3 cache is that of a die', ref: 'target/i386/cpu.c: encode_cache_cpuid4' },
  ],
  since: '0.1.0',
  check({ guest, target, report }) {
    const nodes = nodesWithCpus(guest);
    if (!nodes || nodes.length < 2 || !isProbablyX86(guest.machine)) return;
    const smp = layoutOf(guest, target);
    if (!smp || smp.maxcpus > MOST_VCPUS) return;
    const split = splitDie(nodes, smp);
    if (!split) return;
    const { topology } = guest;
    const single = socketsOf(smp) === 1;
    report({
      ...(single ? { severity: 'warning' } : {}),
      message: messageFor(smp, split),
      at:
        topology.labels.sockets ??
        placeOf(topology.vcpus.state === 'known' ? topology.vcpus : topology.cores),
      about: topology,
      fixes: fixesFor(guest, smp, nodes.length),
    });
  },
});

interface SplitDie {
  /** Counted over all sockets. */
  readonly die: number;
  readonly owners: readonly GuestNode[];
}

/**
 * The first die that has vCPUs in more than one node, whichever of them those that several claim will belong to: of these
 * numa-cpus-overlap speaks.
 */
function splitDie(nodes: readonly GuestNode[], smp: Smp): SplitDie | undefined {
  const ownersOf = new Map<number, GuestNode[]>();
  let first: SplitDie | undefined;
  for (const node of nodes) {
    for (const [low, high] of certainCpus(node, nodes, smp).ranges) {
      const last = dieOf(smp, Math.min(high, smp.maxcpus - 1));
      for (let die = dieOf(smp, low); die <= last; die++) {
        const owners = ownersOf.get(die);
        if (!owners) ownersOf.set(die, [node]);
        else if (owners.at(-1) !== node) owners.push(node);
        if (owners && owners.length > 1 && (!first || die < first.die)) first = { die, owners };
      }
    }
  }
  return first;
}

/** What no other node claims; where all of a node is on one die, it keeps something there in any case. */
function certainCpus(node: GuestNode, nodes: readonly GuestNode[], smp: Smp): IndexSet {
  const all = cpusOf(node)!;
  if (!all.isEmpty && dieOf(smp, all.min!) === dieOf(smp, all.max!)) return all;
  return nodes.reduce((left, other) => (other === node ? left : left.subtract(cpusOf(other)!)), all);
}

function messageFor(smp: Smp, { die, owners }: SplitDie): string {
  const { dies } = smp.levels;
  const socket = Math.floor(die / dies);
  const name = socketsOf(smp) === 1 ? 'The one guest socket' : `Guest socket ${socket}`;
  const which = dies === 1 ? name : `Die ${die % dies} of guest socket ${socket}`;
  const ids = listed(owners.map((node) => nodeId(node) ?? '?'));
  return (
    `${which} spans guest nodes ${ids}: its vCPUs share one last-level cache, and Linux in the guest does not ` +
    'believe in a cache across nodes and ignores it.'
  );
}

/** A socket per node; a die per node where the number of sockets has to stay, as with Windows licences. */
function fixesFor({ topology }: Guest, smp: Smp, nodes: number): Fix[] {
  const fixes: Fix[] = [];
  const sockets = levelsWithSockets(topology, smp, nodes);
  if (sockets) {
    fixes.push({
      title: `Give each node a socket of its own: sockets=${nodes}`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: topology, field: 'levels', to: sockets }],
    });
  }
  const total = socketsOf(smp);
  const others = total * nodes * smp.levels.clusters * smp.levels.modules * smp.levels.threads;
  if (total === 1 && smp.levels.dies === 1 && smp.maxcpus % others === 0) {
    const cores = topology.cores.state === 'absent' ? {} : { cores: smp.maxcpus / others };
    fixes.push({
      title: `Keep the socket and give each node a die: dies=${nodes}`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: topology, field: 'levels', to: { dies: nodes, ...cores } }],
    });
  }
  return fixes;
}
