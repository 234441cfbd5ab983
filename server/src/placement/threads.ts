import { isOpen } from '../guest/collection.ts';
import type { Guest } from '../guest/guest.ts';
import type { Threads } from '../guest/threads.ts';
import { isKnown, type Known, type Value } from '../guest/value.ts';
import type { Host } from '../host/host.ts';
import { IndexSet } from '../values/indexSet.ts';
import { allOf, cpuFacts } from './hostFacts.ts';
import { FREE, type Keeper, keptOn, type Place, together, UNKNOWN } from './place.ts';
import { nameHostCpus, nameHostNodes, nameVcpus } from './wording.ts';

const LATER = 'The threads of the running guest can be moved by hand: taskset -p, virsh vcpupin, a cgroup.';

/** Threads that a list of CPUs keeps; without a host nobody knows which nodes those are of. */
function onCpus(
  value: Value<IndexSet>,
  host: Host | undefined,
  keeper: (value: Known<IndexSet>) => Keeper,
  who: string,
  vcpu?: number,
): Place {
  if (value.state === 'absent') return FREE;
  if (!isKnown(value) || !host) return UNKNOWN;
  // Of CPUs that the host does not have, another rule speaks: the list is most likely meant for another one.
  if (!value.value.isWithin(host.cpus.union(host.offlineCpus))) return UNKNOWN;
  const nodes = host.nodesOfCpus(value.value);
  const text = `${who} run on ${nameHostCpus(value.value)}.`;
  return keptOn(nodes, {
    keepers: [keeper(value)],
    facts: [
      {
        text,
        span: value.span,
        ...(vcpu === undefined ? {} : { pinned: { vcpu, cpus: value.value, nodes } }),
      },
      ...cpuFacts(nodes, host),
    ],
    doubts: [LATER],
  });
}

/** Where the threads of the process may run that have no pin of their own. */
export function processPlace({ cpus, cpuNodes }: Threads, host: Host | undefined): Place {
  const byCpus = onCpus(
    cpus,
    host,
    (value) => ({ kind: 'cpus', value }),
    'All threads without a pin of their own',
  );
  if (cpuNodes.state === 'absent') return byCpus;
  // Whichever of two commands around QEMU comes last decides, and they are not told apart here.
  if (!isKnown(cpuNodes) || byCpus.state !== 'free') return UNKNOWN;
  const nodes = allOf(cpuNodes.value, host);
  if (!nodes) return UNKNOWN;
  return keptOn(nodes, {
    keepers: [{ kind: 'cpu-nodes', value: cpuNodes }],
    facts: [{ text: `All threads run on ${nameHostNodes(cpuNodes.value)}.`, span: cpuNodes.span }],
    doubts: [LATER],
  });
}

/** Where some vCPUs may run: by their own pins, and as the process does for those without. */
export function vcpusPlace({ threads, dialect }: Guest, vcpus: IndexSet, host: Host | undefined): Place {
  const own = threads.vcpuPins.items;
  if (own.some(({ vcpu }) => vcpu.state === 'unknown')) return UNKNOWN;
  const pins = own.filter(({ vcpu }) => isKnown(vcpu) && vcpus.has(vcpu.value));
  const rest = vcpus.subtract(pinnedVcpus(threads));
  const places = pins.map((pin) => {
    const vcpu = isKnown(pin.vcpu) ? pin.vcpu.value : undefined;
    const who = vcpu === undefined ? 'vCPUs' : nameVcpus(IndexSet.from([vcpu]));
    return onCpus(pin.cpus, host, (value) => ({ kind: 'pin', pin, value }), `${who} may only`, vcpu);
  });
  if (rest.isEmpty) return together(places);
  // A template may still write pins for these; a command line never can.
  const mayGain = isOpen(threads.vcpuPins) && dialect === 'libvirt';
  const process = mayGain ? UNKNOWN : processPlace(threads, host);
  return together([...places, process]);
}

/** The vCPUs that have a pin of their own. */
export const pinnedVcpus = ({ vcpuPins }: Threads): IndexSet =>
  IndexSet.from(vcpuPins.items.flatMap(({ vcpu }) => (isKnown(vcpu) ? [vcpu.value] : [])));

/** Where QEMU's own threads may run. */
export function emulatorPlace(threads: Threads, host: Host | undefined): Place {
  const { emulatorCpus } = threads;
  if (emulatorCpus.state === 'absent') return processPlace(threads, host);
  return onCpus(emulatorCpus, host, (value) => ({ kind: 'emulator', value }), "QEMU's own threads");
}

/** An I/O thread that is pinned, and where it may run. */
export interface IoThreadPlace {
  readonly name: string;
  readonly place: Place;
}

export const ioThreadPlaces = ({ ioThreadPins }: Threads, host: Host | undefined): IoThreadPlace[] =>
  ioThreadPins.items.map((pin) => {
    const name = isKnown(pin.thread) ? `I/O thread ${pin.thread.value}` : 'The I/O thread';
    return {
      name,
      place: onCpus(pin.cpus, host, (value) => ({ kind: 'pin', pin, value }), `${name} may only`),
    };
  });
