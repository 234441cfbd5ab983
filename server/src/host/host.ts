import { type Bytes, KiB, MiB } from '../values/byteSize.ts';
import { groupBy } from '../values/groupBy.ts';
import { IndexSet, parseIndexSet } from '../values/indexSet.ts';
import { formatPciAddress, type PciAddress } from '../values/pciAddress.ts';
import type { CpuProfile, DeviceProfile, HostProfile, NodeProfile } from './profile.ts';

/** A NUMA node of the host. */
export interface HostNode {
  readonly id: number;
  /** Those that are online; empty for a node that is only memory. */
  readonly cpus: IndexSet;
  readonly memory: Bytes | undefined;
  readonly kind: NodeProfile['kind'];
  /** Reserved huge pages: how many of each size. Undefined where the profile does not tell. */
  readonly hugePages: ReadonlyMap<Bytes, number> | undefined;
}

/** A PCI device of the host. */
export interface HostDevice {
  readonly address: string;
  readonly facts: DeviceProfile;
  /** The host nodes that it is local to, undefined where that is unknown. Never empty. */
  readonly nodes: IndexSet | undefined;
}

/**
 * A machine that guests run on, as its profile describes it: the questions that placement asks. Whatever the profile
 * does not tell is undefined, never a default.
 */
export class Host {
  readonly profile: HostProfile;
  /** In the order of their numbers. */
  readonly nodes: readonly HostNode[];
  /** All CPUs that are online. */
  readonly cpus: IndexSet;
  readonly isolatedCpus: IndexSet;
  readonly offlineCpus: IndexSet;
  readonly devices: readonly HostDevice[];
  readonly #nodes: ReadonlyMap<number, HostNode>;
  readonly #nodeOfCpu = new Map<number, number>();
  readonly #cpus: ReadonlyMap<number, CpuProfile>;
  readonly #devices: ReadonlyMap<string, HostDevice>;
  readonly #siblings = new Map<string, IndexSet | undefined>();
  readonly #iommuGroups: ReadonlyMap<number, readonly HostDevice[]>;
  readonly #distances = new Map<number, Readonly<Record<string, number>>>();

  /** @param profile read by readProfile(): one whose parts contradict each other has no answers. */
  constructor(profile: HostProfile) {
    this.profile = profile;
    this.nodes = profile.nodes.map(toNode).sort((a, b) => a.id - b.id);
    this.#nodes = new Map(this.nodes.map((node) => [node.id, node]));
    for (const { id, cpus } of this.nodes) for (const cpu of cpus) this.#nodeOfCpu.set(cpu, id);
    this.cpus = IndexSet.of(this.nodes.flatMap(({ cpus }) => cpus.ranges));
    this.isolatedCpus = setOf(profile.isolatedCpus);
    this.offlineCpus = setOf(profile.offlineCpus);
    this.#cpus = new Map(profile.cpus?.map((cpu) => [cpu.id, cpu]));
    const facts = new Map(profile.pci?.map((device) => [device.address, device]));
    this.devices = [...facts.values()].map((device) => ({
      address: device.address,
      facts: device,
      nodes: this.#localityOf(device, facts),
    }));
    this.#devices = new Map(this.devices.map((device) => [device.address, device]));
    this.#iommuGroups = groupBy(this.devices, (device) => device.facts.iommuGroup ?? undefined);
    for (const { id, distances } of profile.nodes) if (distances) this.#distances.set(id, distances);
  }

  node(id: number): HostNode | undefined {
    return this.#nodes.get(id);
  }

  /** The node of a CPU that is online. */
  nodeOfCpu(cpu: number): number | undefined {
    return this.#nodeOfCpu.get(cpu);
  }

  cpusOfNode(id: number): IndexSet {
    return this.#nodes.get(id)?.cpus ?? IndexSet.empty;
  }

  /** The nodes on which a thread may run that is kept to some CPUs. */
  nodesOfCpus(cpus: IndexSet): IndexSet {
    return IndexSet.from(this.nodes.filter((node) => !node.cpus.intersect(cpus).isEmpty).map(({ id }) => id));
  }

  /** Package, core, cache and kind of a CPU. */
  cpu(id: number): CpuProfile | undefined {
    return this.#cpus.get(id);
  }

  /** The CPUs of a CPU's core, itself included. */
  siblings(cpu: number): IndexSet | undefined {
    const siblings = this.#cpus.get(cpu)?.siblings;
    if (siblings === undefined) return undefined;
    // All threads of a core mostly write it alike.
    if (!this.#siblings.has(siblings)) this.#siblings.set(siblings, parseIndexSet(siblings));
    return this.#siblings.get(siblings);
  }

  /** The firmware's relative distance: 10 is local. Undefined where it is not told. */
  distance(from: number, to: number): number | undefined {
    return this.#distances.get(from)?.[to];
  }

  /** Nodes without CPUs: memory of accelerators, expanders or another kind. */
  get memoryOnlyNodes(): readonly HostNode[] {
    return this.nodes.filter(({ cpus }) => cpus.isEmpty);
  }

  /** @param address as formatPciAddress() writes it, or in its parts. */
  device(address: string | PciAddress): HostDevice | undefined {
    return this.#devices.get(typeof address === 'string' ? address : formatPciAddress(address));
  }

  /** The devices that are local to a node, in the order of the profile. */
  devicesOfNode(id: number): readonly HostDevice[] {
    return this.devices.filter(({ nodes }) => nodes?.has(id));
  }

  /** All devices of an IOMMU group: they are handed to one guest together, or not at all. */
  iommuGroup(group: number): readonly HostDevice[] {
    return this.#iommuGroups.get(group) ?? [];
  }

  /** How two GPUs reach each other: `NV18`, `PXB`, `SYS`. */
  gpuLink(one: string, other: string): string | undefined {
    const link = this.profile.gpuLinks?.find(
      ({ a, b }) => (a === one && b === other) || (a === other && b === one),
    );
    return link?.kind;
  }

  /** A virtual function is where its device is; and with a single node, everything is there. */
  #localityOf(device: DeviceProfile, all: ReadonlyMap<string, DeviceProfile>): IndexSet | undefined {
    const parent = device.physicalFunction === undefined ? undefined : all.get(device.physicalFunction);
    const nodes = device.nodes ?? parent?.nodes;
    if (nodes) return IndexSet.from(nodes);
    return this.nodes.length === 1 ? IndexSet.from([this.nodes[0]!.id]) : undefined;
  }
}

const setOf = (cpus: string | undefined): IndexSet =>
  (cpus ? parseIndexSet(cpus) : undefined) ?? IndexSet.empty;

const toNode = ({ id, cpus, memoryMiB, kind, hugePages }: NodeProfile): HostNode => ({
  id,
  cpus: setOf(cpus),
  memory: memoryMiB === undefined ? undefined : BigInt(memoryMiB) * MiB,
  kind,
  hugePages: hugePages && new Map(hugePages.map(({ sizeKiB, total }) => [BigInt(sizeKiB) * KiB, total])),
});
