import type { Change } from '../../dialects/change.ts';
import { ramSize, sizeOf } from '../../guest/queries.ts';
import { effective, type Known } from '../../guest/value.ts';
import { nearTo } from '../../placement/hostFacts.ts';
import { sharePins, takenByOthers } from '../../placement/pins.ts';
import { isKept, type Keeper } from '../../placement/place.ts';
import type { Group, Placement } from '../../placement/placement.ts';
import { meets } from '../../placement/verdict.ts';
import { IndexSet } from '../../values/indexSet.ts';

/** What is to be moved besides what is in the wrong place: threads that nothing keeps anywhere, too. */
interface Wish {
  readonly pinFree?: boolean;
  /** CPUs that other changes give away. */
  readonly taken?: IndexSet;
}

/**
 * The changes after which a group is on a host node: its memory, its vCPUs where they are kept elsewhere, and QEMU's own
 * threads in a guest of one place. Undefined where that cannot be said, or where the memory does not fit.
 */
export function settle(
  placement: Placement,
  group: Group,
  node: number,
  wish: Wish = {},
): Change[] | undefined {
  const { host } = placement;
  const to = IndexSet.from([node]);
  if (!host || !fits(placement, group, node)) return undefined;
  const memory =
    isKept(group.memory) && group.memory.nodes.equals(to) ? [] : moveMemory(placement, group, to);
  const threads = moveThreads(placement, group, node, wish);
  return memory && threads && [...memory, ...threads];
}

/** Whether the node has as much memory as the group; true where one of the two is not known. */
function fits({ guest, host }: Placement, { node }: Group, to: number): boolean {
  const size = node ? sizeOf(node) : (ramSize(guest) ?? effective(guest.memory.size));
  const memory = host?.node(to)?.memory;
  return size === undefined || memory === undefined || size <= memory;
}

const replaced = (value: Known<IndexSet>, to: IndexSet): Change[] | undefined =>
  value.slot ? [{ op: 'replace', value, text: to.toString() }] : undefined;

/** Binds memory to nodes, in the place that binds it now. */
export function moveMemory({ guest }: Placement, group: Group, to: IndexSet): Change[] | undefined {
  const { memory, backing } = group;
  const [keeper] = isKept(memory) ? memory.keepers : [];
  if (keeper?.kind === 'memory-nodes') return replaced(keeper.value, to);
  if (memory.state === 'unknown') return undefined;
  if (backing.state === 'found') return [{ op: 'set', entity: backing.item, field: 'hostNodes', to }];
  return [{ op: 'set', entity: guest.threads, field: 'memoryNodes', to }];
}

/** Brings the vCPUs of a group to a node, and QEMU's own threads with them where the guest has one place. */
export function moveThreads(
  placement: Placement,
  group: Group,
  node: number,
  wish: Wish,
): Change[] | undefined {
  const { guest, host } = placement;
  const { threads, vcpus } = group;
  const to = IndexSet.from([node]);
  if (!host || !isKept(threads)) {
    const sayable = guest.dialect === 'libvirt' || hasAllVcpus(placement, group);
    return wish.pinFree && sayable && threads.state === 'free' ? pinVcpus(placement, group, node, wish) : [];
  }
  if (threads.nodes.equals(nearTo(to, host))) return [];
  const alone = placement.groups.length === 1;
  if (guest.dialect === 'qemu') return moveProcess(placement, group, threads.keepers[0]!, to);
  const helpers = alone ? moveHelpers(placement, host.cpusOfNode(node)) : [];
  if (!helpers) return undefined;
  const ofProcess = threads.keepers.every(({ kind }) => kind === 'cpus');
  if (ofProcess && alone) {
    const own = replaced(threads.keepers[0]!.value, host.cpusOfNode(node));
    return own && [...own, ...helpers];
  }
  const dedicated = threads.keepers.every(({ kind, value }) => kind === 'pin' && value.value.size === 1);
  if (dedicated || !vcpus) return pinVcpus(placement, group, node, wish);
  const cpus = host.cpusOfNode(node);
  const pins = new Map([...vcpus].map((vcpu) => [vcpu, cpus]));
  return [{ op: 'set', entity: guest.threads, field: 'vcpuPins', to: pins }, ...helpers];
}

/** A command line has no words for the vCPUs of one guest node of several. */
const hasAllVcpus = ({ groups }: Placement, group: Group): boolean =>
  groups.every((other) => other === group || other.vcpus?.isEmpty === true);

/** All threads of QEMU are kept together: where they serve several groups, they need the nodes of all. */
function moveProcess(
  { groups, host }: Placement,
  group: Group,
  keeper: Keeper,
  to: IndexSet,
): Change[] | undefined {
  const others = groups
    .filter((other) => other !== group)
    .flatMap(({ memory }) => (isKept(memory) ? nearTo(memory.nodes, host).ranges : []));
  const nodes = nearTo(to, host).union(IndexSet.of(others));
  if (keeper.kind === 'cpu-nodes') return replaced(keeper.value, nodes);
  return host && replaced(keeper.value, IndexSet.of([...nodes].flatMap((id) => host.cpusOfNode(id).ranges)));
}

/** Gives each vCPU a CPU of the node; on a command line, keeps all of QEMU there. */
function pinVcpus(
  placement: Placement,
  group: Group,
  node: number,
  { taken = IndexSet.empty }: Wish,
): Change[] | undefined {
  const { guest, host, groups } = placement;
  if (!host || !group.vcpus) return undefined;
  const [near] = nearTo(IndexSet.from([node]), host);
  if (near === undefined) return undefined;
  if (guest.dialect === 'qemu') {
    if (!hasAllVcpus(placement, group)) return undefined;
    return [{ op: 'set', entity: guest.threads, field: 'cpuNodes', to: IndexSet.from([near]) }];
  }
  const pins = sharePins(placement, host, group, near, takenByOthers(placement, group).union(taken));
  const helpers = groups.length === 1 && !pins.rest.isEmpty ? moveHelpers(placement, pins.rest) : [];
  return helpers && [{ op: 'set', entity: guest.threads, field: 'vcpuPins', to: pins.ofVcpus }, ...helpers];
}

/** Brings QEMU's own threads and the I/O threads that are pinned to CPUs, where they are on other nodes. */
function moveHelpers({ emulator, ioThreads, host }: Placement, cpus: IndexSet): Change[] | undefined {
  if (!host) return [];
  const nodes = host.nodesOfCpus(cpus);
  const changes = [emulator, ...ioThreads.map(({ place }) => place)].flatMap((place) => {
    if (!isKept(place) || meets(place.nodes, nodes, host)) return [];
    const keeper = place.keepers.find(({ kind }) => kind === 'emulator' || kind === 'pin');
    return keeper ? [replaced(keeper.value, cpus)] : [];
  });
  return changes.includes(undefined) ? undefined : changes.flatMap((change) => change ?? []);
}
