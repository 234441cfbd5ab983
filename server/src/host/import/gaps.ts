import { isBridgeClass, isGpuClass } from '../pciClass.ts';
import type { HostProfile } from '../profile.ts';

/** Named one by one up to this number. */
const NAMED = 4;

const some = (names: readonly (string | number)[]): string =>
  names.length <= NAMED
    ? names.join(', ')
    : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;

/** What the rules ask for and these facts lack: the fact, then which program tells it. */
export function gapsOf(profile: HostProfile): string[] {
  return [...gapsOfNodes(profile), ...gapsOfCpus(profile), ...gapsOfDevices(profile)];
}

function* gapsOfNodes({ nodes }: HostProfile): Generator<string> {
  if (nodes.length === 0) {
    yield 'No document tells the nodes of the machine: add one of virsh capabilities, lstopo, lscpu or numactl -H.';
    return;
  }
  if (nodes.every(({ cpus }) => cpus === '')) {
    yield 'No document tells which CPUs the nodes have: add one of virsh capabilities, lstopo, lscpu or numactl -H.';
  }
  const named = (lacks: (node: HostProfile['nodes'][number]) => boolean): string =>
    some(nodes.filter(lacks).map(({ id }) => id));
  const memory = named(({ memoryMiB }) => memoryMiB === undefined);
  if (memory)
    yield `How much memory node ${memory} has is not known: virsh capabilities, lstopo and numactl -H tell.`;
  const pages = named(({ hugePages }) => hugePages === undefined);
  if (pages) yield `The huge pages of node ${pages} are not known: virsh capabilities and lstopo tell.`;
  const distances = named((node) => nodes.length > 1 && node.distances === undefined);
  if (distances) {
    yield `The distances of node ${distances} are not known: virsh capabilities, lstopo and numactl -H tell.`;
  }
}

function* gapsOfCpus({ nodes, cpus = [] }: HostProfile): Generator<string> {
  const without = cpus.filter(({ siblings }) => siblings === undefined).map(({ id }) => id);
  if (nodes.length > 0 && cpus.length === 0) {
    yield 'Which CPUs share a core is not known: virsh capabilities, lstopo and lscpu -J -e tell.';
  } else if (without.length > 0) {
    yield `Which CPUs share a core with CPU ${some(without)} is not known: lstopo and lscpu -J -e tell.`;
  }
}

function* gapsOfDevices({ nodes, pci = [] }: HostProfile): Generator<string> {
  if (pci.length === 0) {
    yield 'No PCI devices are known: lstopo and virsh nodedev-dumpxml tell.';
    return;
  }
  const named = (lacks: (device: (typeof pci)[number]) => boolean): string =>
    some(pci.filter(lacks).map(({ address }) => address));
  const unclassified = named((device) => device.class === undefined);
  if (unclassified) {
    yield `The PCI class of ${unclassified} is not known, so it is left out: lstopo and virsh nodedev-dumpxml tell.`;
  }
  const nowhere = named(
    (device) => nodes.length > 1 && isGpuClass(device.class ?? '') && device.nodes === undefined,
  );
  if (nowhere) yield `Which node the GPU ${nowhere} is local to is not known: the firmware may not tell.`;
  const candidates = pci.filter((device) => !isBridgeClass(device.class ?? ''));
  if (candidates.length > 0 && candidates.every(({ iommuGroup }) => iommuGroup === undefined)) {
    yield 'The IOMMU groups are not known: virsh nodedev-dumpxml tells.';
  }
}
