import type { HostFacts } from '../facts.ts';
import { type Importer, readDocument } from './document.ts';
import { type Hwloc, readObjects } from './lstopoObjects.ts';
import { readPci } from './lstopoPci.ts';
import { architecture, cpuVendor, MAX_CPU, readMask, readWhole } from './numbers.ts';
import { childrenOf, type Element, readXml } from './xml.ts';

const SOURCE = 'lstopo --of xml';

/**
 * Reads `lstopo --of xml` of hwloc 2 and 3, and of hwloc 1 what did not change since (hwloc2.dtd and
 * hwloc/topology-xml.c tell the format): nodes with memory, pages and distances, CPUs with their cores and caches, and
 * the tree of PCI devices, whose locality is a set of nodes. Serial numbers and host names in it are passed over.
 */
export const importLstopo: Importer = (text, file) =>
  readDocument(SOURCE, text, file, (document) => {
    const roots = readXml(document);
    if (!roots) return {};
    const topology = roots.find(({ name }) => name === 'topology');
    if (!topology) {
      const { at, name } = roots[0]!;
      document.error(at, `<topology> is expected here, not <${name}>: give the output of ${SOURCE}.`);
      return {};
    }
    const machine = childrenOf(topology, 'object').find(({ attributes }) => attributes.type === 'Machine');
    if (!machine) {
      document.error(
        topology.at,
        `There is no object of type "Machine" in here: give all output of ${SOURCE}.`,
      );
      return {};
    }
    const objects = readObjects(document, machine);
    const types = readCpuTypes(topology);
    const pci = readPci(document, objects);
    return {
      ...describe(topology, machine, objects),
      ...(objects.nodes.length > 0 && { nodes: withDistances(topology, objects) }),
      cpus: objects.cpus.map((cpu) => ({ ...cpu, type: types.get(cpu.id) })),
      ...(pci.length > 0 && { pci }),
    };
  });

function describe(
  topology: Element,
  machine: Element,
  objects: Hwloc,
): Pick<HostFacts, 'arch' | 'cpuVendor'> {
  // hwloc 3 moved what is of the whole machine from the outermost object to the topology.
  const arch = architecture(infoOf(machine, 'Architecture') ?? infoOf(topology, 'Architecture'));
  const name = objects.packages
    .map((element) => infoOf(element, 'CPUVendor') ?? infoOf(element, 'CPUImplementer'))
    .find((vendor) => vendor !== undefined);
  const vendor = cpuVendor(name ?? '');
  return { ...(arch && { arch }), ...(vendor && { cpuVendor: vendor }) };
}

const infoOf = (element: Element, name: string): string | undefined =>
  childrenOf(element, 'info').find(({ attributes }) => attributes.name === name)?.attributes.value;

/** Performance and efficiency cores, as Intel's processors call them. */
function readCpuTypes(topology: Element): Map<number, 'P' | 'E'> {
  const types = new Map<number, 'P' | 'E'>();
  for (const kind of childrenOf(topology, 'cpukind')) {
    const core = infoOf(kind, 'CoreType');
    const type = core === 'IntelCore' ? 'P' : core === 'IntelAtom' ? 'E' : undefined;
    if (!type) continue;
    for (const cpu of readMask(kind.attributes.cpuset, MAX_CPU) ?? []) types.set(cpu, type);
  }
  return types;
}

/** Distances as the firmware gives them; hwloc keeps others too, which it was told or has measured. */
function withDistances(topology: Element, { nodes }: Hwloc): Hwloc['nodes'] {
  const matrix = childrenOf(topology, 'distances2').find(
    ({ attributes }) =>
      attributes.type === 'NUMANode' &&
      attributes.indexing === 'os' &&
      (attributes.name ?? 'NUMALatency') === 'NUMALatency',
  );
  if (!matrix) return nodes;
  const numbers = (name: string): (number | undefined)[] =>
    childrenOf(matrix, name)
      .flatMap(({ text }) => text.split(/\s+/))
      .filter((word) => word !== '')
      .map((word) => readWhole(word, 255));
  const ids = numbers('indexes');
  const values = numbers('u64values');
  // In a topology of some of the nodes only, the matrix may still be of all of them.
  const present = new Set(nodes.map(({ id }) => id));
  const known = new Set(ids);
  const complete = values.length === ids.length ** 2 && nodes.every(({ id }) => known.has(id));
  if (!complete || !values.every((value) => value)) return nodes;
  return nodes.map((node) => {
    const row = ids.indexOf(node.id) * ids.length;
    const entries = ids.map((id, column) => [id!, values[row + column]!] as const);
    return { ...node, distances: Object.fromEntries(entries.filter(([id]) => present.has(id))) };
  });
}
