import { capturedOn } from '../../host/age.ts';
import type { Host } from '../../host/host.ts';
import { cpuNodes } from '../../placement/hostFacts.ts';
import { placementOf } from '../../placement/placement.ts';
import { nameHostNodes } from '../../placement/wording.ts';
import { type Bytes, formatBytes, MiB } from '../../values/byteSize.ts';
import { defineRule, type GuestContext } from '../define.ts';
import { suggestion } from '../placement/report.ts';
import { settle } from '../placement/settle.ts';
import { boundOnes, type Demand, demandsOf, overdrawn } from './hostDemand.ts';
import { reservedOn, roomOn } from './hostPages.ts';

export default defineRule({
  name: 'ram-exceeds-node',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'memory',
  severity: 'warning',
  summary: 'More guest memory is bound to a host node than the node has.',
  explains: ['single-guest-node-spans-host-nodes'],
  sources: [
    { title: 'Linux: MPOL_BIND', ref: 'Documentation/admin-guide/mm/numa_memory_policy.rst' },
    { title: 'Linux: the OOM killer of a policy', ref: 'mm/oom_kill.c: constrained_alloc' },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, host } = context;
    const demands = boundOnes(demandsOf(guest, host)).filter(({ page }) => page === undefined);
    const hopeless = overdrawn(demands, (node) => roomOn(host, node, undefined));
    for (const each of hopeless) {
      const huge = [...each.nodes].some((node) => reservedOn(host, node) > 0n);
      const reserved = huge ? ' besides its huge pages' : '';
      report(context, each, (room) => `has ${formatBytes(room)}${reserved}`, {});
    }
    if (hopeless.length > 0) return;
    const day = capturedOn(host);
    for (const each of overdrawn(demands, (node) => freeOf(host, node))) {
      report(context, each, (room) => `had ${formatBytes(room)} free ${day}`, { severity: 'information' });
    }
  },
});

function report(
  { guest, host, report }: GuestContext & { readonly host: Host },
  { nodes, asked, room, demands }: ReturnType<typeof overdrawn>[number],
  has: (room: Bytes) => string,
  weight: { severity?: 'information' },
): void {
  const last = demands.at(-1)!;
  const others = [...cpuNodes(host).subtract(nodes)].filter(
    (node) => (roomOn(host, node, undefined) ?? 0n) >= last.size,
  );
  report({
    ...weight,
    message:
      `${formatBytes(asked)} of the guest have to come from ${nameHostNodes(nodes)}, which ${has(room)}: once they are ` +
      'used up, Linux kills the guest, however much the other nodes have.',
    at: last.at,
    about: demands.flatMap(({ group }) => group.about),
    related: relatedTo(last, demands),
    fixes: others.flatMap((node) =>
      suggestion(
        `Move ${last.group.name} to host node ${node}`,
        settle(placementOf(guest, host), last.group, node),
      ),
    ),
  });
}

const relatedTo = (last: Demand, demands: readonly Demand[]) =>
  demands
    .filter(({ at }) => at.start !== last.at.start)
    .map(({ at, size, group }) => ({
      span: at,
      message: `The ${formatBytes(size)} of ${group.name} count, too.`,
    }));

function freeOf({ profile }: Host, node: number): Bytes | undefined {
  const free = profile.volatile?.nodes?.find(({ id }) => id === node)?.freeMiB;
  return free === undefined ? undefined : BigInt(free) * MiB;
}
