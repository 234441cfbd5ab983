import type { Host, HostDevice, HostNode } from '../../host/host.ts';
import { className, isBridgeClass, isGpuClass } from '../../host/pciClass.ts';
import { nameHostNodes } from '../../placement/wording.ts';
import { formatBytes } from '../../values/byteSize.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { describeHostPart } from '../hoverHostFacts.ts';

/** Something of the host that a place can name; the order is that in which it is offered. */
export interface HostItem<T> {
  readonly value: T;
  readonly detail: string;
  /** Markdown. */
  readonly documentation: string;
  /** The guest has it already. */
  readonly used?: boolean;
}

/** What guests are mostly given, by the beginning of the class: GPUs, network devices, NVMe drives. */
const WANTED = [
  isGpuClass,
  (code: string) => code.startsWith('02'),
  (code: string) => code.startsWith('0108'),
];

function rankOf({ facts }: HostDevice): number {
  const rank = WANTED.findIndex((fits) => fits(facts.class));
  return rank < 0 ? WANTED.length : rank;
}

/**
 * The devices that can be handed to a guest, by their address: what guests are mostly given first, what this one has
 * last. Bridges cannot be handed over.
 * @param used addresses that the guest names already
 */
export function hostDevices(host: Host, used: ReadonlySet<string>): HostItem<string>[] {
  const passable = host.devices.filter(({ facts }) => !isBridgeClass(facts.class));
  const order = (device: HostDevice): number => Number(used.has(device.address)) * 10 + rankOf(device);
  return passable
    .map((device) => ({ device, rank: order(device) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ device }) => ({
      value: device.address,
      detail: [
        device.facts.name ?? className(device.facts.class),
        device.nodes && nameHostNodes(device.nodes),
        used.has(device.address) ? 'in use' : undefined,
      ]
        .filter((part) => part !== undefined)
        .join(' · '),
      documentation: describeHostPart({ kind: 'device', address: device.address }, host),
      used: used.has(device.address),
    }));
}

/** Every node of the host, then all of them together. */
export function hostNodes(host: Host): HostItem<IndexSet>[] {
  const single = host.nodes.map((node) => nodeItem(host, IndexSet.from([node.id]), describeNode(host, node)));
  if (host.nodes.length < 2) return single;
  const all = IndexSet.from(host.nodes.map(({ id }) => id));
  return [...single, nodeItem(host, all, 'all nodes')];
}

const nodeItem = (host: Host, value: IndexSet, detail: string): HostItem<IndexSet> => ({
  value,
  detail,
  documentation: describeHostPart({ kind: 'nodes', set: value }, host),
});

/** `host node 1 · 64 GiB · CPUs 8-15 · 2 GPUs`. */
function describeNode(host: Host, { id, memory, cpus }: HostNode): string {
  const gpus = host.devicesOfNode(id).filter(({ facts }) => isGpuClass(facts.class)).length;
  return [
    `host node ${id}`,
    memory === undefined ? undefined : formatBytes(memory),
    cpus.isEmpty ? 'no CPUs' : `CPUs ${cpus}`,
    gpus === 0 ? undefined : `${gpus} GPU${gpus === 1 ? '' : 's'}`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/**
 * Lists of CPUs by node: those that are isolated for guests, all, and one of every core where cores have siblings.
 * @param quiet threads that are not to disturb vCPUs: what is not isolated comes before what is
 */
export function hostCpus(host: Host, quiet: boolean): HostItem<IndexSet>[] {
  const lists = host.nodes.flatMap(({ id, cpus }) => {
    const isolated = cpus.intersect(host.isolatedCpus);
    const others = cpus.subtract(host.isolatedCpus);
    const named = (value: IndexSet, what: string): { value: IndexSet; detail: string } => ({
      value,
      detail: `${what} of host node ${id}`,
    });
    const split = isolated.isEmpty
      ? []
      : [named(isolated, 'isolated CPUs'), named(others, 'CPUs that are not isolated')];
    return [
      ...(quiet ? split.toReversed() : split),
      named(cpus, 'all CPUs'),
      named(oneOfEachCore(cpus, host), 'one CPU of each core'),
    ];
  });
  const distinct = new Map<string, HostItem<IndexSet>>();
  for (const { value, detail } of lists) {
    const key = value.toString();
    if (value.isEmpty || distinct.has(key)) continue;
    distinct.set(key, { value, detail, documentation: describeHostPart({ kind: 'cpus', set: value }, host) });
  }
  return [...distinct.values()];
}

function oneOfEachCore(cpus: IndexSet, host: Host): IndexSet {
  const others = new Set<number>();
  const first = [...cpus].filter((cpu) => {
    if (others.has(cpu)) return false;
    for (const sibling of host.siblings(cpu) ?? []) others.add(sibling);
    return true;
  });
  return IndexSet.from(first);
}
