import type { Host, HostDevice } from '../host/host.ts';
import { IndexSet } from '../values/indexSet.ts';
import type { Fact } from './place.ts';
import { nameHostCpus } from './wording.ts';

/** The nodes that have CPUs. */
export const cpuNodes = (host: Host): IndexSet =>
  IndexSet.from(host.nodes.filter(({ cpus }) => !cpus.isEmpty).map(({ id }) => id));

/**
 * The nodes themselves where the host has all of them. Of others another rule speaks, and what names them is most likely
 * meant for another host.
 */
export function allOf(nodes: IndexSet, host: Host | undefined): IndexSet | undefined {
  if (!host) return nodes;
  return nodes.isWithin(IndexSet.from(host.nodes.map(({ id }) => id))) ? nodes : undefined;
}

/**
 * The nodes from which memory or a device on some nodes is near: themselves, and for a node without CPUs (a GPU's
 * memory, an expander) those with CPUs that are nearest to it. Without a host every node is taken to have CPUs.
 */
export function nearTo(nodes: IndexSet, host: Host | undefined): IndexSet {
  if (!host) return nodes;
  const able = cpuNodes(host);
  const near = [...nodes].flatMap((node) => (able.has(node) ? [node] : nearest(node, able, host)));
  return IndexSet.from(near);
}

/** All that are at the least distance, and all where no distance is told. */
function nearest(node: number, able: IndexSet, host: Host): number[] {
  const distances = [...able].map((id) => host.distance(id, node) ?? 0);
  const least = Math.min(...distances);
  return [...able].filter((_, i) => distances[i] === least);
}

/** How far apart nodes are at best: the firmware's relative distance, undefined where it does not tell. */
export function distanceBetween(one: IndexSet, other: IndexSet, host: Host): number | undefined {
  const all = [...one].flatMap((from) => [...other].map((to) => host.distance(from, to)));
  const known = all.filter((distance) => distance !== undefined);
  return known.length > 0 && known.length === all.length ? Math.min(...known) : undefined;
}

/** The CPUs of nodes, as the profile has them. */
export const cpuFacts = (nodes: IndexSet, host: Host): Fact[] =>
  host.nodes
    .filter(({ id, cpus }) => nodes.has(id) && !cpus.isEmpty)
    .map(({ id, cpus }) => ({
      text: `Host node ${id} has ${nameHostCpus(cpus)}.`,
      field: `nodes[${id}].cpus`,
    }));

/** Where a device is, as the profile has it; a virtual function is where its device is. */
export function localityFacts({ address, facts, nodes }: HostDevice): Fact[] {
  if (!nodes) return [{ text: `The firmware gave device ${address} no node.`, field: `pci[${address}]` }];
  const owner = facts.nodes ? undefined : facts.physicalFunction;
  const place = `host node${nodes.size === 1 ? '' : 's'} ${nodes}`;
  if (owner === undefined)
    return [{ text: `Device ${address} is on ${place}.`, field: `pci[${address}].nodes` }];
  return [
    {
      text: `Device ${address} is a virtual function of ${owner}.`,
      field: `pci[${address}].physicalFunction`,
    },
    { text: `Device ${owner} is on ${place}.`, field: `pci[${owner}].nodes` },
  ];
}
