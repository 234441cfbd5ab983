import type { Bytes } from '../values/byteSize.ts';
import { groupBy } from '../values/groupBy.ts';
import { IndexSet } from '../values/indexSet.ts';
import { oncePer } from '../values/oncePer.ts';
import { type Collection, type Found, isOpen } from './collection.ts';
import type { Guest } from './guest.ts';
import type { Backing, GuestNode } from './memory.ts';
import type { Device, PciBus } from './pci.ts';
import { effective, isKnown } from './value.ts';

/** The vCPUs of a node, or undefined where a list is not known. Empty where none is written. */
export function cpusOf(node: GuestNode): IndexSet | undefined {
  let all = IndexSet.empty;
  for (const part of node.cpus) {
    if (part.state === 'unknown') return undefined;
    if (isKnown(part)) all = all.union(part.value);
  }
  return all;
}

/** The number of a node, written or counted; undefined where it is not known. */
export const nodeId = (node: GuestNode): number | undefined => effective(node.id);

/** Looks a node up by its number; absent only where the nodes are closed and all their numbers known. */
export function findNode(nodes: Collection<GuestNode>, id: number): Found<GuestNode> {
  const item = nodes.items.find((node) => nodeId(node) === id);
  if (item) return { state: 'found', item };
  const certain = !isOpen(nodes) && nodes.items.every((node) => nodeId(node) !== undefined);
  return { state: certain ? 'absent' : 'unknown' };
}

/** What to call a node in a message. */
export const nodeName = (node: GuestNode): string => {
  const id = nodeId(node);
  return id === undefined ? 'this guest node' : `guest node ${id}`;
};

/** The backing of a node; undefined where it has none or it is not known. */
export const backingOf = (node: GuestNode): Backing | undefined =>
  node.backing.target.state === 'found' ? node.backing.target.item : undefined;

/** How much memory a node has: written on it, else that of its backing. */
export function sizeOf(node: GuestNode): Bytes | undefined {
  if (isKnown(node.size)) return node.size.value;
  const backing = backingOf(node);
  return node.size.state === 'absent' && backing ? effective(backing.size) : undefined;
}

/**
 * The RAM of a QEMU guest without what is plugged in: `-m` rounded up as QEMU does, else the size of the backing of
 * the whole (softmmu/vl.c: set_memory_options). Undefined where it is not known.
 */
export function ramSize({ memory }: Guest): Bytes | undefined {
  const { size, whole } = memory;
  if (isKnown(size) && size.value === 0n) return undefined;
  if (size.state === 'absent' && whole.id.state !== 'absent') {
    return whole.target.state === 'found' ? effective(whole.target.item.size) : undefined;
  }
  const bytes = effective(size);
  return bytes === undefined ? undefined : ((bytes + 8191n) / 8192n) * 8192n;
}

/** The nodes that certainly hold vCPUs, or undefined where nodes or lists may be missing. */
export function nodesWithCpus(guest: Guest): readonly GuestNode[] | undefined {
  if (isOpen(guest.nodes)) return undefined;
  const nodes: GuestNode[] = [];
  for (const node of guest.nodes.items) {
    const cpus = cpusOf(node);
    if (cpus === undefined) return undefined;
    if (!cpus.isEmpty) nodes.push(node);
  }
  return nodes;
}

/**
 * The root or expander that a device hangs below, by way of ports and bridges.
 * Undefined where a bus on the way is not known.
 */
export function rootOf(device: Device | PciBus): PciBus | undefined {
  let at = device.kind === 'device' ? device.bus : device.parent;
  for (let steps = 0; steps < 64; steps++) {
    if (at.target.state !== 'found') return undefined;
    const bus = at.target.item;
    if (bus.role === 'root' || bus.role === 'expander') return bus;
    at = bus.parent;
  }
  return undefined;
}

/** The guest node that the guest will see a device on: a number, `none`, or undefined where it is not known. */
export function affinityOf(device: Device): number | 'none' | undefined {
  const root = rootOf(device);
  if (!root || root.node.state === 'unknown') return undefined;
  return isKnown(root.node) ? root.node.value : 'none';
}

/** Buses that hang directly below one. */
export const busesBelow = (guest: Guest, parent: PciBus): readonly PciBus[] =>
  busesByParent(guest).get(parent) ?? [];

const busesByParent = oncePer(({ pci }: Guest) =>
  groupBy(pci.buses.items, ({ parent: { target } }) => (target.state === 'found' ? target.item : undefined)),
);

/** Devices that sit directly on a bus. */
export const devicesOn = (guest: Guest, bus: PciBus): readonly Device[] => devicesByBus(guest).get(bus) ?? [];

const devicesByBus = oncePer(({ pci }: Guest) =>
  groupBy(pci.devices.items, ({ bus: { target } }) => (target.state === 'found' ? target.item : undefined)),
);

/**
 * What holds the guest's RAM: the backings of its nodes, else that of the machine. Empty where the program makes the
 * memory itself; undefined where that is not known.
 */
export function ramBackings(guest: Guest): readonly Backing[] | undefined {
  if (isOpen(guest.nodes)) return undefined;
  const backings: Backing[] = [];
  for (const { target } of [...guest.nodes.items.map((node) => node.backing), guest.memory.whole]) {
    if (target.state === 'unknown') return undefined;
    if (target.state === 'found') backings.push(target.item);
  }
  return backings;
}
