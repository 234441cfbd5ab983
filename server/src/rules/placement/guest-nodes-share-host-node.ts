import { type GroupVerdict, nodesApart } from '../../placement/groupVerdicts.ts';
import { cpuNodes } from '../../placement/hostFacts.ts';
import { isKept, type Kept } from '../../placement/place.ts';
import { type Group, type Placement, placementOf } from '../../placement/placement.ts';
import { capital, nameHostNodes } from '../../placement/wording.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';
import { fromVerdict, suggestion } from './report.ts';
import { settle } from './settle.ts';

export default defineRule({
  name: 'guest-nodes-share-host-node',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'information',
  summary: 'Several guest nodes have their memory on the same host node.',
  sources: [
    { title: 'Linux: NUMA memory policy', ref: 'Documentation/admin-guide/mm/numa_memory_policy.rst' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const placement = placementOf(guest, host);
    for (const verdict of nodesApart(placement)) {
      const [first, ...others] = verdict.groups;
      if (isKept(first.memory) && first.memory.nodes.size > 1) {
        reportOverlap(report, placement, verdict, first.memory);
        continue;
      }
      const last = others.at(-1);
      if (verdict.holds || !last || !isKept(first.memory) || !isKept(last.memory)) continue;
      const at = last.memory.keepers[0]!.value.span;
      const names = verdict.groups.map(({ node, name }) => (node ? name.replace('guest node ', '') : name));
      report({
        message:
          `Guest nodes ${names.slice(0, -1).join(', ')} and ${names.at(-1)} ${names.length === 2 ? 'both' : 'all'} have their memory on ` +
          `${nameHostNodes(first.memory.nodes)}: the guest keeps apart what is together, and takes for far what is near.`,
        at,
        about: last.about,
        ...fromVerdict(verdict, at),
        fixes: spread(placement, last),
      });
    }
  },
});

/** A host node that no guest node has, as long as there is one. */
function spread(placement: Placement, group: Group): Fix[] {
  const { groups, host } = placement;
  if (!host) return [];
  const used = IndexSet.of(groups.flatMap(({ memory }) => (isKept(memory) ? memory.nodes.ranges : [])));
  const wanted = placement.devices.find((device) => device.group === group)?.nodes ?? IndexSet.empty;
  const free = cpuNodes(host).subtract(used);
  const [node] = wanted.intersect(free).isEmpty ? free : wanted.intersect(free);
  if (node === undefined) return [];
  return suggestion(`Put ${group.name} on host node ${node}`, settle(placement, group, node));
}

/** A guest node that may take memory from where another one has its own. */
function reportOverlap(
  report: GuestContext['report'],
  placement: Placement,
  verdict: GroupVerdict,
  { keepers, nodes }: Kept,
): void {
  const [first, ...others] = verdict.groups;
  const theirs = IndexSet.of(others.flatMap(({ memory }) => (isKept(memory) ? memory.nodes.ranges : [])));
  const [node] = nodes.subtract(theirs).isEmpty ? nodes : nodes.subtract(theirs);
  const at = keepers[0]!.value.span;
  report({
    message:
      `${capital(first.name)} may take memory from ${nameHostNodes(nodes)}, and ${nameHostNodes(nodes.intersect(theirs))} ` +
      `${nodes.intersect(theirs).size === 1 ? 'is' : 'are'} for ${listOf(others)}, too: the guest keeps apart what may be together.`,
    at,
    about: first.about,
    ...fromVerdict(verdict, at),
    fixes:
      node === undefined
        ? []
        : suggestion(`Put ${first.name} on host node ${node}`, settle(placement, first, node)),
  });
}

const listOf = (groups: readonly Group[]): string => groups.map(({ name }) => name).join(' and ');
