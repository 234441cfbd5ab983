import { capturedOn } from '../host/age.ts';
import type { Host, HostDevice, HostNode } from '../host/host.ts';
import { className, isGpuClass } from '../host/pciClass.ts';
import { nameHostNodes } from '../placement/wording.ts';
import { type Bytes, formatBytes, KiB, MiB } from '../values/byteSize.ts';
import { IndexSet } from '../values/indexSet.ts';
import type { HostPart } from './hoverHostPlaces.ts';
import { code } from './hoverText.ts';

/** More than these are counted, not listed. */
const MOST = 8;

/** Facts of the profile about a part of the host, in Markdown. What the profile does not tell is left out. */
export function describeHostPart(part: HostPart, host: Host): string {
  switch (part.kind) {
    case 'device':
      return describeDevice(part.address, host);
    case 'cpus':
      return describeCpus(part.set, host);
    case 'nodes':
      return describeNodes(part.set, host);
  }
}

const block = (title: string, facts: readonly (string | undefined)[]): string => {
  const list = facts.filter((fact) => fact !== undefined).map((fact) => `* ${fact}`);
  return [title, list.join('\n')].filter((part) => part !== '').join('\n\n');
};

const listed = (items: readonly string[], separator = ', '): string =>
  items.length <= MOST
    ? items.join(separator)
    : `${items.slice(0, MOST - 1).join(separator)}${separator}and ${items.length - MOST + 1} more`;

// --- Devices ---

function describeDevice(address: string, host: Host): string {
  const device = host.device(address);
  const title = `On the host: ${code(address)}`;
  if (!device) {
    return host.profile.pci
      ? `${title} is not among the devices of its profile.`
      : `${title}. The profile of the host tells nothing of its devices.`;
  }
  const { facts } = device;
  const drivers = host.profile.volatile?.drivers;
  const driver = drivers?.[address];
  return block(`${title}, ${nameOf(device)}`, [
    nodesOf(device),
    groupOf(device, host),
    facts.link && `Link: at most ${facts.link.gigatransfers} GT/s on ${facts.link.width} lanes`,
    facts.physicalFunction && `Virtual function of ${code(facts.physicalFunction)}`,
    facts.virtualFunctions ? `Can have ${facts.virtualFunctions} virtual functions` : undefined,
    facts.bootVga ? 'Display of the firmware' : undefined,
    driver === undefined
      ? undefined
      : `${driver === null ? 'Without a driver' : `Driver ${code(driver)}`} ${capturedOn(host)}`,
  ]);
}

/** `NVIDIA Corporation GH100 (3D controller)`; without a name, what it is and its numbers. */
export function nameOf({ facts: { name, class: kind, vendor, device } }: HostDevice): string {
  if (name !== undefined) return `${name} (${className(kind)})`;
  return vendor === undefined ? className(kind) : `${className(kind)} ${vendor}:${device ?? '?'}`;
}

function nodesOf({ nodes, facts }: HostDevice): string {
  if (!nodes) return 'Host node: unknown, the profile names none';
  const owner = facts.nodes === undefined ? facts.physicalFunction : undefined;
  return `${capital(nameHostNodes(nodes))}${owner === undefined ? '' : ', where its physical function is'}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function groupOf({ address, facts: { iommuGroup } }: HostDevice, host: Host): string | undefined {
  if (iommuGroup === undefined) return undefined;
  if (iommuGroup === null) return 'In no IOMMU group';
  const others = host.iommuGroup(iommuGroup).filter((other) => other.address !== address);
  if (others.length === 0) return `IOMMU group ${iommuGroup}, alone`;
  const names = others.map((other) => `${code(other.address)} (${className(other.facts.class)})`);
  return `IOMMU group ${iommuGroup}, together with ${listed(names)}`;
}

// --- CPUs ---

function describeCpus(set: IndexSet, host: Host): string {
  const present = set.intersect(host.cpus);
  const nodes = host.nodes.filter(({ cpus }) => !cpus.intersect(present).isEmpty);
  const isolated = present.intersect(host.isolatedCpus);
  const off = set.intersect(host.offlineCpus);
  const absent = set.subtract(host.cpus).subtract(host.offlineCpus);
  return block(`On the host: ${present.size} CPU${present.size === 1 ? '' : 's'} of ${host.cpus.size}`, [
    ...nodes
      .slice(0, MOST)
      .map(({ id, cpus }) =>
        nodes.length === 1 ? `All on host node ${id}` : `Host node ${id}: ${cpus.intersect(present)}`,
      ),
    ...coresOf(present, host),
    ...kindsOf(present, host),
    host.profile.isolatedCpus === undefined || present.isEmpty
      ? undefined
      : isolated.isEmpty
        ? 'None is isolated'
        : `Isolated: ${isolated.size === present.size ? 'all' : isolated}`,
    off.isEmpty ? undefined : `Switched off: ${off}`,
    absent.isEmpty ? undefined : `Not on this host: ${absent}`,
  ]);
}

/** The cores that the CPUs are threads of: those that are there as a whole, and those that have more threads. */
function* coresOf(present: IndexSet, host: Host): Generator<string> {
  const cores = new Set<IndexSet>();
  const members = new Set(present);
  for (const cpu of members) {
    const siblings = host.siblings(cpu);
    if (!siblings) return;
    cores.add(siblings);
  }
  const isWhole = (core: IndexSet): boolean => [...core].every((cpu) => members.has(cpu));
  const whole = [...cores].filter(isWhole);
  const parts = [...cores].filter((core) => !isWhole(core));
  if (whole.length > 0) {
    const threads = whole.every(({ size }) => size === 1) ? '' : `: ${listed(whole.map(String), ' · ')}`;
    yield `${whole.length} whole core${whole.length === 1 ? '' : 's'}${threads}`;
  }
  if (parts.length > 0) {
    const missing = IndexSet.from(parts.flatMap((core) => [...core].filter((cpu) => !members.has(cpu))));
    yield `${parts.length} core${parts.length === 1 ? '' : 's'} in part; siblings that are missing here: ${missing}`;
  }
}

/** Fast and slow cores, of a machine that has both. */
function* kindsOf(present: IndexSet, host: Host): Generator<string> {
  for (const [type, name] of [
    ['P', 'Performance cores'],
    ['E', 'Efficiency cores'],
  ]) {
    const cpus = IndexSet.from([...present].filter((cpu) => host.cpu(cpu)?.type === type));
    if (!cpus.isEmpty) yield `${name}: ${cpus}`;
  }
}

// --- Nodes ---

function describeNodes(set: IndexSet, host: Host): string {
  const present = host.nodes.filter(({ id }) => set.has(id));
  const absent = set.subtract(IndexSet.from(host.nodes.map(({ id }) => id)));
  const all = IndexSet.from(host.nodes.map(({ id }) => id));
  return [
    ...present.slice(0, MOST).map((node) => describeNode(node, host)),
    ...(absent.isEmpty ? [] : [`The host has no node ${absent}: its nodes are ${all}.`]),
  ].join('\n\n');
}

function describeNode(node: HostNode, host: Host): string {
  const { id, cpus, memory, kind } = node;
  const day = capturedOn(host);
  const free = host.profile.volatile?.nodes?.find((each) => each.id === id);
  const freeMemory =
    free?.freeMiB === undefined ? '' : `, ${formatBytes(BigInt(free.freeMiB) * MiB)} free ${day}`;
  return block(`On the host: node ${id}`, [
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
  const others = new Map<number, number[]>();
  for (const { id: to } of host.nodes) {
    const distance = host.distance(id, to);
    if (distance !== undefined && to !== id) others.set(distance, [...(others.get(distance) ?? []), to]);
  }
  if (others.size === 0) return undefined;
  const own = host.distance(id, id);
  const far = [...others]
    .sort(([a], [b]) => a - b)
    .map(([distance, to]) => `${distance} to node${to.length === 1 ? '' : 's'} ${IndexSet.from(to)}`);
  return `Distance: ${[...(own === undefined ? [] : [`${own} to itself`]), ...far].join(', ')}`;
}

function gpusOf({ id }: HostNode, host: Host): string | undefined {
  if (!host.profile.pci) return undefined;
  const gpus = host.devicesOfNode(id).filter(({ facts }) => isGpuClass(facts.class));
  if (gpus.length === 0) return 'GPUs: none is known to be here';
  return `GPUs: ${listed(gpus.map(({ address, facts: { name } }) => (name === undefined ? code(address) : `${code(address)} ${name}`)))}`;
}
