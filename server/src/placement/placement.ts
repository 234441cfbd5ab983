import { type Found, isOpen } from '../guest/collection.ts';
import type { Entity } from '../guest/entity.ts';
import type { Guest } from '../guest/guest.ts';
import type { Backing, GuestNode } from '../guest/memory.ts';
import { cpusOf, nodeId, nodeName } from '../guest/queries.ts';
import { effective, type Value } from '../guest/value.ts';
import type { Host } from '../host/host.ts';
import { IndexSet } from '../values/indexSet.ts';
import { oncePerPair } from '../values/oncePer.ts';
import { type DevicePlace, devicePlaces } from './devices.ts';
import { memoryPlace } from './memory.ts';
import { type Place, UNKNOWN } from './place.ts';
import { emulatorPlace, type IoThreadPlace, ioThreadPlaces, vcpusPlace } from './threads.ts';

/** What a guest takes for one place: a guest node, or all of a guest that has none. */
export interface Group {
  readonly node: GuestNode | undefined;
  /** `guest node 0`, `the guest`. */
  readonly name: string;
  /** Undefined where they are not known; empty for a node that is only memory. */
  readonly vcpus: IndexSet | undefined;
  readonly backing: Found<Backing>;
  readonly memory: Place;
  readonly threads: Place;
  /** What findings about it are about. */
  readonly about: readonly object[];
}

/** Where everything of a guest is on the host, as far as it is known. */
export interface Placement {
  readonly guest: Guest;
  /** Undefined where only what names host nodes itself can be told. */
  readonly host: Host | undefined;
  /** At least one. */
  readonly groups: readonly Group[];
  /** There are no other groups than these. */
  readonly complete: boolean;
  /** Devices of the host that are handed to the guest, and that the profile has. */
  readonly devices: readonly DevicePlace[];
  readonly emulator: Place;
  readonly ioThreads: readonly IoThreadPlace[];
}

/** Works out where a guest is on a host. Guests and hosts never change, so this is done once. */
export const placementOf = oncePerPair((guest: Guest, host: Host | undefined): Placement => {
  const groups = groupsOf(guest, host);
  return {
    guest,
    host,
    groups,
    complete: !isOpen(guest.nodes),
    devices: host ? devicePlaces(guest, host, groups) : [],
    emulator: emulatorPlace(guest.threads, host),
    ioThreads: ioThreadPlaces(guest.threads, host),
  };
});

/** The one guest node that there is, or the guest where there is none; undefined where there are several. */
export const onlyGroup = ({ groups, complete }: Placement): Group | undefined =>
  complete && groups.length === 1 ? groups[0] : undefined;

export const groupNumber = ({ node }: Group): number | undefined => node && nodeId(node);

function groupsOf(guest: Guest, host: Host | undefined): Group[] {
  const nodes = guest.nodes.items;
  const { threads } = guest;
  const make = (
    node: GuestNode | undefined,
    name: string,
    vcpus: IndexSet | undefined,
    backing: Found<Backing>,
  ): Group => {
    const entity: Entity[] = node ? [node] : [];
    return {
      node,
      name,
      vcpus,
      backing,
      memory: memoryPlace(backing, threads, host),
      threads: vcpus && !vcpus.isEmpty ? vcpusPlace(guest, vcpus, host) : UNKNOWN,
      about: [
        ...entity,
        ...(backing.state === 'found' ? [backing.item] : []),
        ...(node ? [] : [guest.memory]),
      ],
    };
  };
  if (nodes.length === 0) {
    // A template or "$OPTS" may bring guest nodes, each with memory of its own.
    const backing = isOpen(guest.nodes) ? ({ state: 'unknown' } as const) : wholeOf(guest);
    return [make(undefined, 'the guest', allVcpus(guest), backing)];
  }
  const lone = nodes.length === 1 && !isOpen(guest.nodes);
  const written = nodes.map(cpusOf);
  const shared = written.some((cpus) => cpus === undefined || !cpus.isEmpty);
  return nodes.map((node, i) => {
    // QEMU shares vCPUs out among nodes of which none names any; with a single one they are all its own.
    const cpus = lone ? allVcpus(guest) : shared ? written[i] : undefined;
    return make(node, nodeName(node), cpus, backingIn(node));
  });
}

/** Without a backing of its own, memory of a node or a guest is made by the program. */
const backingIn = ({ backing, size }: GuestNode): Found<Backing> =>
  effective(size as Value<bigint>) === 0n ? { state: 'unknown' } : backing.target;

function wholeOf({ memory }: Guest): Found<Backing> {
  const { target, id } = memory.whole;
  if (target.state === 'absent' && id.state !== 'absent') return { state: 'unknown' };
  // A file is memory too, and its policy is that of the process.
  return memory.backings.openedBy.length > 0 && target.state === 'absent' ? { state: 'unknown' } : target;
}

/** More vCPUs than any guest can have are a mistake of their own. */
const MOST_VCPUS = 65_536;

function allVcpus({ topology }: Guest): IndexSet | undefined {
  const count = effective(topology.maxVcpus) ?? effective(topology.vcpus);
  return count !== undefined && count > 0 && count <= MOST_VCPUS ? IndexSet.of([[0, count - 1]]) : undefined;
}
