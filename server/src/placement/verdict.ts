import type { Host } from '../host/host.ts';
import { groupBy } from '../values/groupBy.ts';
import type { IndexSet } from '../values/indexSet.ts';
import type { DevicePlace } from './devices.ts';
import { nearTo } from './hostFacts.ts';
import { distinct, type Fact, isKept, type Kept, type Place } from './place.ts';
import type { Group, Placement } from './placement.ts';

/** What is to hold of a placement, in words that a reader can check. */
export const INVARIANTS = {
  'device-near-memory': 'A device and the memory that it reads and writes have a host node in common.',
  'device-seen-where-it-is':
    'The guest node that the guest sees a device on has memory on the host node of the device.',
  'device-near-vcpus': 'vCPUs that serve a device can run on its host node.',
  'device-has-guest-node': 'On every host node with a device of the guest there is memory of a guest node.',
  'vcpus-near-memory': 'The vCPUs of a guest node and its memory have a host node in common.',
  'vcpus-on-one-node': 'The vCPUs of a guest node run on one host node.',
  'nodes-apart': 'Guest nodes that the guest takes for different are on different host nodes.',
  'flat-guest-on-one-node': 'A guest that sees one node is on one host node.',
  'helpers-near': "QEMU's own threads run on a host node of the memory or a device that they serve.",
  'distances-in-order': 'What the guest takes for nearer is nearer on the host.',
} as const;

export type InvariantName = keyof typeof INVARIANTS;

/** Whether an invariant holds of some things, and why. */
export interface Verdict {
  readonly invariant: InvariantName;
  readonly holds: boolean;
  readonly devices: readonly DevicePlace[];
  readonly groups: readonly Group[];
  readonly facts: readonly Fact[];
  readonly doubts: readonly string[];
  /** Host nodes from which others are reached: what it costs is the distance between them. */
  readonly reach: { readonly from: IndexSet; readonly to: IndexSet } | undefined;
}

/** Names what a verdict is about, so that it is found again after an edit. */
export const subjectOf = ({ invariant, devices, groups }: Verdict): string => {
  const names = devices.length > 0 ? devices.map(({ name }) => name) : groups.map(({ name }) => name);
  return [invariant, ...names].join(' ');
};

/** True where places have a node in common, memory without CPUs counting where it is nearest. */
export const meets = (one: IndexSet, other: IndexSet, host: Host | undefined): boolean =>
  nearTo(one, host).overlaps(nearTo(other, host));

/** The group whose memory is where a device is: one with all of it there before one that is spread over more nodes. */
export function groupNear(
  nodes: IndexSet,
  { groups, host }: Pick<Placement, 'groups' | 'host'>,
): Group | undefined {
  const near = groups.filter(({ memory }) => isKept(memory) && meets(memory.nodes, nodes, host));
  const whole = ({ memory }: Group): boolean =>
    isKept(memory) && nearTo(memory.nodes, host).isWithin(nearTo(nodes, host));
  return near.find(whole) ?? near[0];
}

/** The facts behind places that are kept. */
export const factsOf = (...places: readonly (Place | undefined)[]): Fact[] =>
  distinct(places.flatMap((place) => (place && isKept(place) ? place.facts : [])));

/** What could make conclusions from several places wrong, each doubt once. */
export const doubtsOf = (...places: readonly (Kept | DevicePlace)[]): string[] => [
  ...new Set(places.flatMap(({ doubts }) => doubts)),
];

/** A device whose nodes are known. */
export type Located = DevicePlace & { readonly nodes: IndexSet };

export const isLocated = (device: DevicePlace): device is Located => device.nodes !== undefined;

/** Devices by the nodes that they are on, in the order of the document. */
export const byNodes = (devices: readonly DevicePlace[]): Located[][] => [
  ...groupBy(devices.filter(isLocated), ({ nodes }) => nodes.toString()).values(),
];
