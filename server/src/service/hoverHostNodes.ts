import { capturedOn } from '../host/age.ts';
import type { Host, HostNode } from '../host/host.ts';
import { isGpuClass } from '../host/pciClass.ts';
import { type Bytes, formatBytes, KiB, MiB } from '../values/byteSize.ts';
import { groupBy } from '../values/groupBy.ts';
import { IndexSet } from '../values/indexSet.ts';
import { bulleted, code, listed, MOST_LISTED } from './hoverText.ts';

/** Memory, CPUs, huge pages, distances and GPUs of each of some nodes of the host, in Markdown. */
export function describeNodes(set: IndexSet, host: Host): string {
  const present = host.nodes.filter(({ id }) => set.has(id));
  const all = idsOf(host.nodes);
  const absent = set.subtract(all);
  return [
    ...present.slice(0, MOST_LISTED).map((node) => describeNode(node, host)),
    ...(absent.isEmpty ? [] : [`The host has no node ${absent}: its nodes are ${all}.`]),
  ].join('\n\n');
}

const idsOf = (nodes: readonly HostNode[]): IndexSet => IndexSet.from(nodes.map(({ id }) => id));

function describeNode(node: HostNode, host: Host): string {
  const { id, cpus, memory, kind } = node;
  const day = capturedOn(host);
  const free = host.profile.volatile?.nodes?.find((each) => each.id === id);
  const freeMemory =
    free?.freeMiB === undefined ? '' : `, ${formatBytes(BigInt(free.freeMiB) * MiB)} free ${day}`;
  return bulleted(`On the host: node ${id}`, [
    memory === undefined
      ? undefined
      : `Memory${kind === undefined || kind === 'dram' ? '' : ` (${KINDS[kind]})`}: ${formatBytes(memory)}${freeMemory}`,
    cpus.isEmpty ? 'No CPUs' : `CPUs ${cpus}`,
    pagesOf(node, host),
    distancesOf(node, host),
    gpusOf(node, host),
  ]);
}

const KINDS: Readonly<Record<NonNullable<HostNode['kind']>, string>> = {
  dram: 'DRAM',
  hbm: 'HBM',
  cxl: 'CXL',
  gpu: 'of a GPU',
  pmem: 'persistent',
};

function pagesOf({ id, hugePages }: HostNode, host: Host): string | undefined {
  if (!hugePages || hugePages.size === 0) return undefined;
  const free = host.profile.volatile?.nodes?.find((each) => each.id === id)?.freePages;
  const freeOf = (size: Bytes): string => {
    const pages = free?.find(({ sizeKiB }) => BigInt(sizeKiB) * KiB === size);
    return pages ? ` (${pages.free} free ${capturedOn(host)})` : '';
  };
  const sizes = [...hugePages].map(([size, total]) => `${total} of ${formatBytes(size)}${freeOf(size)}`);
  return `Huge pages: ${sizes.join(', ')}`;
}

/** `10 to itself, 21 to node 1`: nodes at one distance together. */
function distancesOf({ id }: HostNode, host: Host): string | undefined {
  const others = groupBy(
    host.nodes.filter((node) => node.id !== id),
    (node) => host.distance(id, node.id),
  );
  if (others.size === 0) return undefined;
  const own = host.distance(id, id);
  const far = [...others]
    .sort(([a], [b]) => a - b)
    .map(([distance, to]) => `${distance} to node${to.length === 1 ? '' : 's'} ${idsOf(to)}`);
  return `Distance: ${[...(own === undefined ? [] : [`${own} to itself`]), ...far].join(', ')}`;
}

function gpusOf({ id }: HostNode, host: Host): string | undefined {
  if (!host.profile.pci) return undefined;
  const gpus = host.devicesOfNode(id).filter(({ facts }) => isGpuClass(facts.class));
  if (gpus.length === 0) return 'GPUs: none is known to be here';
  return `GPUs: ${listed(gpus.map(({ address, facts: { name } }) => (name === undefined ? code(address) : `${code(address)} ${name}`)))}`;
}
