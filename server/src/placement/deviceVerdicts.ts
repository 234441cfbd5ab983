import { distinct, type Fact, isKept, type Kept } from './place.ts';
import { type Group, onlyGroup, type Placement } from './placement.ts';
import {
  byNodes,
  doubtsOf,
  factsOf,
  groupNear,
  isLocated,
  type Located,
  meets,
  type Verdict,
} from './verdict.ts';

type KeptGroup = Group & { readonly memory: Kept };

/** The groups, where they are all there are and the memory of each is known to be kept somewhere. */
function settled({ groups, complete }: Placement): readonly KeptGroup[] | undefined {
  if (!complete || !groups.every(({ memory }) => isKept(memory))) return undefined;
  return groups as readonly KeptGroup[];
}

/** A verdict on devices of one place. */
export interface DeviceVerdict extends Verdict {
  readonly devices: readonly [Located, ...Located[]];
}

type Rest = Omit<DeviceVerdict, 'devices' | 'facts' | 'doubts' | 'reach' | 'groups'>;

const onMemory = (devices: readonly Located[], groups: readonly KeptGroup[], rest: Rest): DeviceVerdict => ({
  ...rest,
  devices: devices as [Located, ...Located[]],
  groups,
  facts: [...devices.flatMap(({ facts }) => facts), ...factsOf(...groups.map(({ memory }) => memory))],
  doubts: doubtsOf(...devices, ...groups.map(({ memory }) => memory)),
  reach: groups[0] && { from: devices[0]!.nodes, to: groups[0].memory.nodes },
});

/** In a guest of one place: are its devices where its memory is? Those that are elsewhere than others want a guest node. */
export function memoryNearDevices(placement: Placement): DeviceVerdict[] {
  const only = onlyGroup(placement);
  const [group] = settled(placement) ?? [];
  if (!only || !group) return [];
  const near = (devices: readonly Located[]): boolean =>
    meets(devices[0]!.nodes, group.memory.nodes, placement.host);
  const places = byNodes(placement.devices);
  const split = places.some(near);
  return places
    .filter((devices) => near(devices) || !split)
    .map((devices) => {
      const holds = near(devices);
      const verdict = onMemory(devices, [group], { invariant: 'device-near-memory', holds });
      return holds
        ? verdict
        : { ...verdict, facts: distinct([...verdict.facts, ...along(placement, devices)]) };
    });
}

/** Threads that are kept away from devices as their memory is: they contribute to the same mistake. */
function along({ groups, emulator, host }: Placement, [device]: readonly Located[]): Fact[] {
  const places = [...groups.map(({ threads }) => threads), emulator].filter(isKept);
  return factsOf(...places.filter(({ nodes }) => device && !meets(nodes, device.nodes, host)));
}

/** Is there a guest node where each device is? */
export function guestNodesNearDevices(placement: Placement): DeviceVerdict[] {
  const groups = settled(placement);
  if (!groups) return [];
  const homes = (devices: readonly Located[]): KeptGroup[] =>
    groups.filter(({ memory }) => meets(memory.nodes, devices[0]!.nodes, placement.host));
  const places = byNodes(placement.devices);
  const some = places.some((devices) => homes(devices).length > 0);
  if (groups.length === 1 && (!some || places.length < 2)) return [];
  return places.map((devices) => {
    const own = homes(devices);
    const holds = own.length > 0;
    return onMemory(devices, holds ? own : groups, { invariant: 'device-has-guest-node', holds });
  });
}

export interface SeenVerdict extends DeviceVerdict {
  /** The guest node that the device is near to in truth. */
  readonly better: Group;
}

/** Does the guest see each device on a guest node that is where the device is? Only where there is such a guest node. */
export function devicesSeenWhereTheyAre(placement: Placement): SeenVerdict[] {
  if (placement.groups.length < 2) return [];
  return placement.devices.filter(isLocated).flatMap((device): SeenVerdict[] => {
    const { group, nodes } = device;
    if (!group || !isKept(group.memory)) return [];
    const holds = meets(group.memory.nodes, nodes, placement.host);
    const better = holds ? group : groupNear(nodes, placement);
    if (!better) return [];
    const verdict = onMemory([device], [group as KeptGroup], { invariant: 'device-seen-where-it-is', holds });
    const facts = holds ? verdict.facts : [...verdict.facts, ...factsOf(better.memory)];
    return [{ ...verdict, facts, better }];
  });
}

/** Can the vCPUs near a device run where it is? Silent where the memory is at fault, of which another verdict speaks. */
export function vcpusNearDevices(placement: Placement): DeviceVerdict[] {
  const { host } = placement;
  return byNodes(placement.devices).flatMap((all): DeviceVerdict[] => {
    const byGroup = new Map<Group | undefined, Located[]>();
    for (const device of all) byGroup.set(device.group, [...(byGroup.get(device.group) ?? []), device]);
    return [...byGroup].flatMap(([seen, devices]): DeviceVerdict[] => {
      const [device] = devices;
      if (!device || device.affinity === undefined || (!seen && !placement.complete)) return [];
      const groups = seen ? [seen] : placement.groups;
      if (placement.groups.length > 1 && seen && isKept(seen.memory)) {
        if (!meets(seen.memory.nodes, device.nodes, host)) return [];
      }
      const threads = groups.map((group) => group.threads);
      if (!threads.every(isKept)) return [];
      const places = threads as Kept[];
      const holds = places.some((place) => meets(place.nodes, device.nodes, host));
      return [
        {
          invariant: 'device-near-vcpus',
          holds,
          devices: devices as [Located, ...Located[]],
          groups,
          facts: [...devices.flatMap(({ facts }) => facts), ...factsOf(...places)],
          doubts: doubtsOf(...devices, ...places),
          reach: { from: device.nodes, to: places[0]!.nodes },
        },
      ];
    });
  });
}
