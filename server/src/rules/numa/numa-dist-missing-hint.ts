import { complete } from '../../guest/collection.ts';
import { cpusOf } from '../../guest/queries.ts';
import type { Host } from '../../host/host.ts';
import { isKept } from '../../placement/place.ts';
import { type Group, placementOf } from '../../placement/placement.ts';
import { defineRule } from '../define.ts';

/** What QEMU and libvirt tell the guest where no distance is written (hw/core/numa.c: complete_init_numa_distance). */
const REMOTE = 20;

/** What most machines with two sockets say is as good as the default. */
const USUAL = 21;

export default defineRule({
  name: 'numa-dist-missing-hint',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'numa',
  severity: 'hint',
  summary: 'The guest is told no distances between its nodes, and on the host they are not the default ones.',
  sources: [
    { title: 'QEMU: -numa dist', ref: 'qemu-options.hx: numa' },
    { title: 'Linux: node_reclaim_distance', ref: 'include/linux/topology.h: RECLAIM_DISTANCE' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const { groups } = placementOf(guest, host);
    if (groups.length < 2 || !complete(guest.nodes) || complete(guest.distances)?.length !== 0) return;
    if (groups.some(({ node }) => !node || cpusOf(node)?.isEmpty !== false)) return;
    const homes = groups.map(homeOf);
    if (new Set(homes).size < groups.length || homes.includes(undefined)) return;
    const [from, to, real] = farthest(homes as number[], host) ?? [];
    if (real === undefined) return;
    const last = groups[to!]!;
    report({
      message:
        `No distances are given, so the guest takes ${groups[from!]!.name} and ${last.name} to be ` +
        `${REMOTE} apart; on the host it is ${real}. Linux goes by it when it balances load and reclaims memory.`,
      at: last.node!.label,
      about: last.about,
    });
  },
});

const homeOf = ({ memory }: Group): number | undefined =>
  isKept(memory) && memory.nodes.size === 1 ? memory.nodes.max : undefined;

/** The first pair of nodes whose distance is not the default. */
function farthest(homes: readonly number[], host: Host): [number, number, number] | undefined {
  for (const [i, from] of homes.entries()) {
    for (const [k, to] of homes.entries()) {
      const real = k > i ? host.distance(from, to) : undefined;
      if (real !== undefined && real !== REMOTE && real !== USUAL) return [i, k, real];
    }
  }
  return undefined;
}
