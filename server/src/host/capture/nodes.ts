import { parseIndexSet } from '../../values/indexSet.ts';
import type { HostFacts, NodeFacts } from '../facts.ts';
import type { VolatileFacts } from '../profile.ts';
import { onlineCpus, readCpus } from './cpus.ts';
import { known, readNumber, type SystemTree } from './tree.ts';

const NODES = 'sys/devices/system/node';

type VolatileNode = NonNullable<VolatileFacts['nodes']>[number];

/** The numbers of the nodes that are online. A kernel without NUMA has none. */
const nodeIds = (tree: SystemTree): number[] => [
  ...(parseIndexSet(tree.read(`${NODES}/online`) ?? '') ?? []),
];

/** Nodes with memory, huge pages and distances. Without NUMA the whole machine is node 0. */
export function captureNodes(tree: SystemTree): NodeFacts[] {
  const ids = nodeIds(tree);
  if (ids.length === 0) {
    const memoryMiB = memoryIn(tree.read('proc/meminfo'), 'MemTotal');
    const hugePages = readHugePages(tree, 'sys/kernel/mm/hugepages');
    return [known({ id: 0, cpus: onlineCpus(tree).toString(), memoryMiB, hugePages })];
  }
  return ids.map((id) => {
    const folder = `${NODES}/node${id}`;
    // One number for each node that is online, in their order.
    const row = tree.read(`${folder}/distance`)?.split(/\s+/).map(Number) ?? [];
    const distances = row.length === ids.length ? row.map((distance, i) => [ids[i], distance]) : undefined;
    return known({
      id,
      cpus: readCpus(tree, `${folder}/cpulist`).toString(),
      memoryMiB: memoryIn(tree.read(`${folder}/meminfo`), 'MemTotal'),
      distances: distances && (Object.fromEntries(distances) as Record<string, number>),
      hugePages: readHugePages(tree, `${folder}/hugepages`),
    });
  });
}

/** What is free just now, on each node. */
export function captureFree(tree: SystemTree): VolatileNode[] {
  const ids = nodeIds(tree);
  if (ids.length === 0) return [freeOf(tree, 0, 'proc/meminfo', 'sys/kernel/mm/hugepages')];
  return ids.map((id) => freeOf(tree, id, `${NODES}/node${id}/meminfo`, `${NODES}/node${id}/hugepages`));
}

function freeOf(tree: SystemTree, id: number, meminfo: string, pages: string): VolatileNode {
  const freePages = pageSizesIn(tree, pages).flatMap((sizeKiB) => {
    const free = readNumber(tree, `${pages}/hugepages-${sizeKiB}kB/free_hugepages`);
    return free === undefined ? [] : [{ sizeKiB, free }];
  });
  const freeMiB = memoryIn(tree.read(meminfo), 'MemFree');
  return known({ id, freeMiB, freePages: freePages.length > 0 ? freePages : undefined });
}

/** What reading a node's memory costs those who are nearest to it, where the firmware has a table of that (HMAT). */
export function captureInterconnects(tree: SystemTree): NonNullable<HostFacts['interconnects']> {
  return nodeIds(tree).flatMap((to) => {
    const folder = `${NODES}/node${to}/access0/initiators`;
    const readLatencyNs = readNumber(tree, `${folder}/read_latency`);
    const readBandwidthMiBs = readNumber(tree, `${folder}/read_bandwidth`);
    if (!readLatencyNs && !readBandwidthMiBs) return [];
    const initiators = tree.list(folder).flatMap((name) => /^node(\d+)$/.exec(name)?.[1] ?? []);
    return initiators
      .map(Number)
      .sort((a, b) => a - b)
      .map((from) => known({ from, to, readLatencyNs, readBandwidthMiBs }));
  });
}

/** The sizes of huge pages in KiB, the smallest first, for which a folder has one. */
export const pageSizesIn = (tree: SystemTree, folder: string): number[] =>
  tree
    .list(folder)
    .flatMap((name) => /^hugepages-(\d+)kB$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);

function readHugePages(tree: SystemTree, folder: string): NodeFacts['hugePages'] {
  const pages = pageSizesIn(tree, folder).flatMap((sizeKiB) => {
    const total = readNumber(tree, `${folder}/hugepages-${sizeKiB}kB/nr_hugepages`);
    return total === undefined ? [] : [{ sizeKiB, total }];
  });
  return pages.length > 0 ? pages : undefined;
}

/** `Node 0 MemTotal:       20015308 kB`, or the same without the node, in MiB. */
function memoryIn(meminfo: string | undefined, name: string): number | undefined {
  const kiB = new RegExp(`\\b${name}:\\s+(\\d+) kB`).exec(meminfo ?? '')?.[1];
  return kiB === undefined ? undefined : Math.floor(Number(kiB) / 1024);
}
