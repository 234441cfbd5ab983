import { effective, isAbsent, isKnown, type Known } from '../guest/value.ts';
import { IndexSet } from '../values/indexSet.ts';
import { cpuNodes } from './hostFacts.ts';
import { isKept, type Keeper, type Kept } from './place.ts';
import { type Group, groupNumber, onlyGroup, type Placement } from './placement.ts';
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
  const byHostNode = new Map<string, [Group, ...Group[]]>();
  for (const group of groups) {
    if (!isKept(group.memory) || group.memory.nodes.size !== 1) continue;
    const key = group.memory.nodes.toString();
    const same = byHostNode.get(key);
    if (same) same.push(group);
    else byHostNode.set(key, [group]);
  }
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

export interface HelperVerdict extends Verdict {
  /** `QEMU's own threads`, `I/O thread 1`. */
  readonly name: string;
  readonly keeper: Keeper;
  /** Where they had better be. */
  readonly home: IndexSet;
}

/** Are QEMU's own threads near anything that they serve? Only where memory, vCPUs and devices agree among themselves. */
export function helpersNear(placement: Placement): HelperVerdict[] {
  const { groups, devices, host, complete } = placement;
  const memory = groups.map((group) => group.memory).filter(isKept);
  if (!host || !complete || memory.length < groups.length) return [];
  if (vcpusNearMemory(placement).some(({ holds }) => !holds)) return [];
  const located = devices.filter(isLocated);
  const home = IndexSet.of([...memory, ...located].flatMap(({ nodes }) => nodes.ranges));
  const helpers = [{ name: "QEMU's own threads", place: placement.emulator }, ...placement.ioThreads];
  return helpers.flatMap(({ name, place }): HelperVerdict[] => {
    if (!isKept(place)) return [];
    const keeper = place.keepers.find(({ kind }) => kind === 'emulator' || kind === 'pin');
    if (!keeper) return [];
    return [
      {
        invariant: 'helpers-near',
        holds: meets(place.nodes, home, host),
        devices: [],
        groups,
        facts: factsOf(place, ...memory),
        doubts: doubtsOf(place, ...memory),
        reach: { from: place.nodes, to: home },
        name,
        keeper,
        home,
      },
    ];
  });
}

interface Written {
  readonly from: Group;
  readonly to: Group;
  readonly value: Known<number>;
  /** What the host has between the two. */
  readonly real: number;
}

export interface DistanceVerdict extends Verdict {
  /** The two distances that stand the wrong way round. */
  readonly wrong: readonly [Written, Written] | undefined;
  /** All that are written. */
  readonly written: readonly Written[];
}

/** Are the distances that are written in the order of those between the host nodes? */
export function distancesInOrder({ groups, guest, host }: Placement): DistanceVerdict[] {
  if (!host || groups.length < 3) return [];
  const written = guest.distances.items.flatMap(({ from, to, value }): Written[] => {
    const find = (id: typeof from.id): Group | undefined => {
      const number = isKnown(id) ? id.value : isAbsent(id) ? id.default : undefined;
      return groups.find((group) => number !== undefined && groupNumber(group) === number);
    };
    const [a, b] = [find(from.id), find(to.id)];
    const real = a && b && homeOf(a) !== undefined && homeOf(b) !== undefined;
    const distance = real ? host.distance(homeOf(a)!, homeOf(b)!) : undefined;
    return a && b && distance !== undefined && isKnown(value)
      ? [{ from: a, to: b, value, real: distance }]
      : [];
  });
  if (written.length < 2) return [];
  const wrong = written.flatMap((one) =>
    written
      .filter(
        (other) => one.from === other.from && one.value.value < other.value.value && one.real > other.real,
      )
      .map((other) => [one, other] as const),
  )[0];
  const shown = wrong ?? [written[0]!, written[1]!];
  return [
    {
      invariant: 'distances-in-order',
      holds: wrong === undefined,
      devices: [],
      groups,
      facts: shown.flatMap(({ from, to, value, real }) => [
        { text: `The guest is told ${value.value} from ${from.name} to ${to.name}.`, span: value.span },
        {
          text: `From host node ${homeOf(from)} to ${homeOf(to)} it is ${real}.`,
          field: `nodes[${homeOf(from)}].distances["${homeOf(to)}"]`,
        },
      ]),
      doubts: ['Distances are what the firmware says, not what was measured.'],
      reach: undefined,
      wrong,
      written,
    },
  ];
}

const homeOf = ({ memory }: Group): number | undefined =>
  isKept(memory) && memory.nodes.size === 1 ? memory.nodes.max : undefined;
