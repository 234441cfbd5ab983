import { type Bytes, KiB, libvirtUnit, MiB } from '../../values/byteSize.ts';
import { IndexSet } from '../../values/indexSet.ts';
import type { CpuFacts, HostFacts, NodeFacts } from '../facts.ts';
import { type Document, type Importer, readDocument } from './document.ts';
import { architecture, cpuVendor, MAX_CPU, MAX_ID, MAX_NODE, readList, readWhole } from './numbers.ts';
import { hugePagesOf } from './pages.ts';
import { child, childrenOf, type Element, readXml } from './xml.ts';

const SOURCE = 'virsh capabilities';

type Facts = Omit<HostFacts, 'source'>;

/**
 * Reads `virsh capabilities` (docs/formatcaps.rst of libvirt): nodes with their CPUs, memory, page pools and
 * distances, the topology of CPUs, what is known of caches and HMAT. It tells nothing of PCI, and no free memory.
 */
export const importCapabilities: Importer = (text, file) =>
  readDocument(SOURCE, text, file, (document) => {
    const roots = readXml(document);
    if (!roots) return {};
    const capabilities = roots.find(({ name }) => name === 'capabilities');
    if (capabilities) return readHost(document, capabilities);
    const other = roots[0]!;
    if (other.name === 'domainCapabilities') {
      // Of what a guest can have; even its architecture is that of the guest.
      document.note(
        other.at,
        `This is of virsh domcapabilities, and tells nothing of nodes: give ${SOURCE}.`,
      );
    } else {
      document.error(other.at, `<capabilities> is expected here, not <${other.name}>: give ${SOURCE}.`);
    }
    return {};
  });

function readHost(document: Document, capabilities: Element): Facts {
  const host = child(capabilities, 'host');
  const cpu = child(host, 'cpu');
  const topology = child(host, 'topology');
  const cells = childrenOf(child(topology, 'cells'), 'cell');
  if (cells.length === 0) {
    document.note(
      (host ?? capabilities).at,
      'No host nodes are listed: libvirt could not see them, as in a container. Give another source as well.',
    );
  }
  const nodes = cells.flatMap((cell) => readCell(document, cell) ?? []);
  const iommu = child(host, 'iommu')?.attributes.support;
  const pageSizes = childrenOf(cpu, 'pages').flatMap((pages) => readPageSize(pages) ?? []);
  const arch = architecture(child(cpu, 'arch')?.text);
  const vendor = cpuVendor(child(cpu, 'vendor')?.text ?? '');
  const bits = readWhole(child(cpu, 'maxphysaddr')?.attributes.bits, 64);
  const interconnects = readInterconnects(document, topology);
  return {
    ...(arch && { arch }),
    ...(vendor && { cpuVendor: vendor }),
    ...(bits !== undefined && bits >= 32 && { physicalAddressBits: bits }),
    ...(pageSizes.length > 0 && { pageSizesKiB: pageSizes.sort((a, b) => a - b) }),
    ...(nodes.length > 0 && { nodes, cpus: readCpus(document, host, cells) }),
    ...(interconnects.length > 0 && { interconnects }),
    ...(iommu && { iommu: { enabled: iommu === 'yes' } }),
  };
}

function readCell(document: Document, cell: Element): NodeFacts | undefined {
  const id = readWhole(cell.attributes.id, MAX_NODE);
  if (id === undefined) {
    document.error(
      cell.at,
      `A cell has no id, or "${cell.attributes.id}", which is no node: it is left out.`,
    );
    return undefined;
  }
  const cpus = childrenOf(child(cell, 'cpus'), 'cpu').flatMap(({ attributes }) => {
    const cpu = readWhole(attributes.id, MAX_CPU);
    return cpu === undefined ? [] : [cpu];
  });
  const memory = child(cell, 'memory');
  const memoryBytes = memory && readSize(document, memory);
  const pages = childrenOf(cell, 'pages').flatMap((pool) => {
    const sizeKiB = readPageSize(pool);
    const total = readWhole(pool.text, Number.MAX_SAFE_INTEGER);
    if (sizeKiB !== undefined && total !== undefined) return [{ sizeKiB, total }];
    document.error(pool.at, 'A number of pages or their size is not readable: it is left out.');
    return [];
  });
  const memoryMiB = memoryBytes === undefined ? undefined : Number(memoryBytes / MiB);
  return {
    id,
    cpus: IndexSet.from(cpus).toString(),
    memoryMiB,
    distances: readDistances(document, cell),
    hugePages: hugePagesOf(document, cell.at, pages, memoryMiB),
  };
}

function readDistances(document: Document, cell: Element): Record<string, number> | undefined {
  const siblings = childrenOf(child(cell, 'distances'), 'sibling');
  if (siblings.length === 0) return undefined;
  const distances: Record<string, number> = {};
  for (const { attributes, at } of siblings) {
    const to = readWhole(attributes.id, MAX_NODE);
    const value = readWhole(attributes.value, 255);
    if (to !== undefined && value) distances[to] = value;
    else document.error(at, 'A distance is not readable: it is left out.');
  }
  return distances;
}

function readSize(document: Document, element: Element): Bytes | undefined {
  const unit = libvirtUnit(element.attributes.unit ?? 'KiB');
  const value = readWhole(element.text, Number.MAX_SAFE_INTEGER);
  if (unit !== undefined && value !== undefined) return BigInt(value) * unit;
  document.error(element.at, `The size "${element.text}" is not readable: it is left out.`);
  return undefined;
}

function readPageSize({ attributes }: Element): number | undefined {
  const unit = libvirtUnit(attributes.unit ?? 'KiB');
  const size = readWhole(attributes.size, 1 << 30);
  if (unit === undefined || !size) return undefined;
  const inKiB = Number((BigInt(size) * unit) / KiB);
  return inKiB >= 1 && inKiB <= 64 * 1024 * 1024 ? inKiB : undefined;
}

function readCpus(document: Document, host: Element | undefined, cells: readonly Element[]): CpuFacts[] {
  const l3 = readBanks(document, host);
  const cpus: CpuFacts[] = [];
  for (const element of cells.flatMap((cell) => childrenOf(child(cell, 'cpus'), 'cpu'))) {
    const { id: name, socket_id, die_id, cluster_id, core_id, siblings } = element.attributes;
    const id = readWhole(name, MAX_CPU);
    const together = siblings === undefined ? undefined : readList(siblings, MAX_CPU);
    if (id === undefined || (siblings !== undefined && !together)) {
      document.error(element.at, 'The number of a CPU or of its siblings is not readable: it is left out.');
      if (id === undefined) continue;
    }
    cpus.push({
      id,
      package: readWhole(socket_id, MAX_ID),
      die: readWhole(die_id, MAX_ID),
      cluster: readWhole(cluster_id, MAX_ID),
      core: readWhole(core_id, MAX_ID),
      siblings: together?.toString(),
      l3: l3.get(id),
    });
  }
  return cpus;
}

/** By CPU, the lowest of those that share its last-level cache. Of several caches, the first counts. */
function readBanks(document: Document, host: Element | undefined): Map<number, number> {
  const lowest = new Map<number, number>();
  // Every CPU has one such cache: more members than there can be CPUs are nonsense, and would take long.
  let members = 2 * MAX_CPU;
  for (const { attributes, at } of childrenOf(child(host, 'cache'), 'bank')) {
    if (attributes.level !== '3') continue;
    const cpus = readList(attributes.cpus ?? '', MAX_CPU);
    if (!cpus) {
      document.error(at, `The CPUs "${attributes.cpus}" of a cache are not readable: it is left out.`);
      continue;
    }
    members -= cpus.size;
    if (members < 0) break;
    for (const cpu of cpus) if (!lowest.has(cpu)) lowest.set(cpu, cpus.ranges[0]![0]);
  }
  return lowest;
}

type Interconnect = NonNullable<HostFacts['interconnects']>[number];

/** What the firmware says of reading. `access` is both reading and writing. */
function readInterconnects(document: Document, topology: Element | undefined): Interconnect[] {
  const found = new Map<string, Interconnect>();
  for (const { name, attributes, at } of child(topology, 'interconnects')?.children ?? []) {
    if (attributes.type !== 'read' && attributes.type !== 'access') continue;
    // Of a cache on the way to the target.
    if (attributes.cache !== undefined) continue;
    const from = readWhole(attributes.initiator, MAX_NODE);
    const to = readWhole(attributes.target, MAX_NODE);
    const value = readWhole(attributes.value, Number.MAX_SAFE_INTEGER);
    const unit = libvirtUnit(attributes.unit ?? 'KiB');
    if (from === undefined || to === undefined || value === undefined || unit === undefined) {
      document.error(at, `A ${name} between nodes is not readable: it is left out.`);
      continue;
    }
    const key = `${from} ${to}`;
    const known = found.get(key) ?? { from, to };
    if (name === 'latency') found.set(key, { ...known, readLatencyNs: value });
    if (name === 'bandwidth') {
      found.set(key, { ...known, readBandwidthMiBs: Number((BigInt(value) * unit) / MiB) });
    }
  }
  return [...found.values()];
}
