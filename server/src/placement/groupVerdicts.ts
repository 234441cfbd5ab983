import { effective } from '../guest/value.ts';
import { groupBy } from '../values/groupBy.ts';
import { IndexSet } from '../values/indexSet.ts';
import { cpuNodes } from './hostFacts.ts';
import { isKept, type Kept } from './place.ts';
import { type Group, onlyGroup, type Placement } from './placement.ts';
import { byNodes, doubtsOf, factsOf, isLocated, type Located, meets, type Verdict } from './verdict.ts';

/** A verdict on one guest node, or on a guest without any. */
export interface GroupVerdict extends Verdict {
  readonly groups: readonly [Group, ...Group[]];
}

const onGroup = (
  group: Group,
  places: readonly Kept[],
  rest: Pick<Verdict, 'invariant' | 'holds' | 'reach'>,
): GroupVerdict => ({
  ...rest,
  devices: [],
  groups: [group],
  facts: factsOf(...places),
  doubts: doubtsOf(...places),
});

/** Do vCPUs and memory of each guest node have a host node in common? */
export const vcpusNearMemory = ({ groups, host }: Placement): GroupVerdict[] =>
  groups.flatMap((group): GroupVerdict[] => {
    const { memory, threads } = group;
    if (!isKept(memory) || !isKept(threads)) return [];
    const holds = meets(memory.nodes, threads.nodes, host);
    const reach = { from: threads.nodes, to: memory.nodes };
    return [onGroup(group, [memory, threads], { invariant: 'vcpus-near-memory', holds, reach })];
  });

/** Where one guest node of several is pinned over several host nodes, and its memory is not spread likewise. */
export const vcpusOnOneNode = ({ groups }: Placement): GroupVerdict[] =>
  groups.flatMap((group): GroupVerdict[] => {
    const { memory, threads } = group;
    if (groups.length < 2 || !isKept(threads) || !threads.keepers.some(({ kind }) => kind === 'pin'))
      return [];
    const declared = isKept(memory) && memory.nodes.equals(threads.nodes);
    const holds = threads.nodes.size === 1 || declared;
    const places = isKept(memory) ? [threads, memory] : [threads];
    return [onGroup(group, places, { invariant: 'vcpus-on-one-node', holds, reach: undefined })];
  });

/** Are guest nodes on host nodes of their own, where the host has several? */
export const nodesApart = (placement: Placement): GroupVerdict[] => {
  const { groups, host } = placement;
  if (!host || cpuNodes(host).size < 2 || groups.length < 2) return [];
  return [...onSameNode(groups), ...overlapping(groups, cpuNodes(host))];
};

/** Guest nodes by the one host node that each has. */
function onSameNode(groups: readonly Group[]): GroupVerdict[] {
  const byHostNode = groupBy(groups, ({ memory }) =>
    isKept(memory) && memory.nodes.size === 1 ? memory.nodes.max : undefined,
  );
  return Array.from(byHostNode.values(), (same) => {
    const places = same.flatMap(({ memory }) => (isKept(memory) ? [memory] : []));
    return {
      ...onGroup(same[0], places, { invariant: 'nodes-apart', holds: same.length === 1, reach: undefined }),
      groups: same,
    };
  });
}

/**
 * Guest nodes that may take memory from several host nodes with CPUs, one of which is another's. What spreads it page by
 * page means to, and of one list for several guest nodes another rule speaks.
 */
function overlapping(groups: readonly Group[], able: IndexSet): GroupVerdict[] {
  const said = new Set<Group>();
  return groups.flatMap((group): GroupVerdict[] => {
    const nodes = boundNodes(group).intersect(able);
    const others = groups.filter(
      (other) =>
        other !== group && !nodes.intersect(boundNodes(other)).isEmpty && keeperOf(other) !== keeperOf(group),
    );
    if (nodes.size < 2 || others.length === 0 || said.has(group)) return [];
    for (const other of others) said.add(other);
    const all: [Group, ...Group[]] = [group, ...others];
    const places = all.flatMap(({ memory }) => (isKept(memory) ? [memory] : []));
    return [
      {
        ...onGroup(group, places, { invariant: 'nodes-apart', holds: false, reach: undefined }),
        groups: all,
      },
    ];
  });
}

/** Where a value stands that keeps the memory of a group. */
const keeperOf = ({ memory }: Group): number | undefined =>
  isKept(memory) ? memory.keepers[0]!.value.span.start : undefined;

function boundNodes({ memory }: Group): IndexSet {
  const [keeper] = isKept(memory) ? memory.keepers : [];
  const spread = keeper?.kind === 'backing' && effective(keeper.backing.policy) === 'interleave';
  return isKept(memory) && !spread ? memory.nodes : IndexSet.empty;
}

/** Is a guest that sees one node on one host node? Nodes that are only memory do not count. */
export function flatGuestOnOneNode(placement: Placement): GroupVerdict[] {
  const group = onlyGroup(placement);
  const { host } = placement;
  if (!group || !host || cpuNodes(host).size < 2) return [];
  const places = [group.memory, group.threads].filter(isKept).filter(chosen);
  const widest = places.find(({ nodes }) => nodes.intersect(cpuNodes(host)).size > 1);
  if (!widest && group.memory.state === 'free') {
    const devices = placement.devices.filter(isLocated).filter(({ heavy }) => heavy);
    if (byNodes(devices).length > 1) return [devicesApart(group, devices)];
  }
  if (places.length === 0) return [];
  const reach = { from: places[0]!.nodes, to: places.at(-1)!.nodes };
  return [onGroup(group, places, { invariant: 'flat-guest-on-one-node', holds: !widest, reach })];
}

/** Where nothing says where the memory is: of memory that is away from some devices another verdict speaks. */
const devicesApart = (group: Group, devices: readonly Located[]): GroupVerdict => ({
  ...onGroup(group, [], { invariant: 'flat-guest-on-one-node', holds: false, reach: undefined }),
  devices,
  facts: devices.flatMap(({ facts }) => facts),
  doubts: doubtsOf(...devices),
});

/** A list for the whole process that merely takes certain CPUs away is no choice of several nodes. */
const chosen = ({ keepers }: Kept): boolean => keepers.some(({ kind }) => kind !== 'cpus');
