import type { Guest } from '../../guest/guest.ts';
import type { VcpuPin } from '../../guest/threads.ts';
import { isKnown, type Known } from '../../guest/value.ts';
import type { Host } from '../../host/host.ts';
import { IndexSet } from '../../values/indexSet.ts';
import type { Fix } from '../define.ts';
import { nameVcpus } from './wording.ts';

/** A list of host CPUs, and whose it is. */
export interface CpuList {
  readonly cpus: Known<IndexSet>;
  /** `vCPU 2`, `QEMU`; the first words of a sentence. */
  readonly who: string;
  readonly about: object;
  /** Set for the pin of a vCPU. */
  readonly vcpu?: number;
}

/** The pin of one vCPU, both of them known. */
export type KnownPin = VcpuPin & { readonly vcpu: Known<number>; readonly cpus: Known<IndexSet> };

/** The pins that can be read, by the number of their vCPU. */
export const knownPins = ({ threads }: Guest): KnownPin[] =>
  threads.vcpuPins.items
    .filter((pin): pin is KnownPin => isKnown(pin.vcpu) && isKnown(pin.cpus))
    .sort((a, b) => a.vcpu.value - b.vcpu.value);

/** The list that all threads share that have none of their own. */
export function processList({ threads, dialect }: Guest): CpuList | undefined {
  const { cpus } = threads;
  if (!isKnown(cpus)) return undefined;
  return { cpus, who: dialect === 'qemu' ? 'QEMU' : 'The guest', about: cpus };
}

/** All lists of host CPUs of a guest. */
export function cpuLists(guest: Guest): CpuList[] {
  const { emulatorCpus, ioThreadPins } = guest.threads;
  const all = processList(guest);
  return [
    ...knownPins(guest).map(
      (pin): CpuList => ({
        cpus: pin.cpus,
        who: nameVcpus(IndexSet.from([pin.vcpu.value])),
        about: pin,
        vcpu: pin.vcpu.value,
      }),
    ),
    ...(all ? [all] : []),
    ...(isKnown(emulatorCpus)
      ? [{ cpus: emulatorCpus, who: "QEMU's own threads", about: emulatorCpus }]
      : []),
    ...ioThreadPins.items.flatMap((pin): CpuList[] =>
      isKnown(pin.cpus)
        ? [
            {
              cpus: pin.cpus,
              who: isKnown(pin.thread) ? `I/O thread ${pin.thread.value}` : 'The I/O thread',
              about: pin,
            },
          ]
        : [],
    ),
  ];
}

/** A fix that writes another list in the place of one. */
export function replaceCpus({ cpus }: Pick<CpuList, 'cpus'>, to: IndexSet, title: string): Fix[] {
  if (!cpus.slot || to.isEmpty) return [];
  return [
    { title, applicability: 'suggestion', changes: [{ op: 'replace', value: cpus, text: to.toString() }] },
  ];
}

/** CPUs that no list of the guest names: those of the nodes of its vCPUs first, and threads of unused cores before others. */
export function freeCpus(guest: Guest, host: Host): number[] {
  const used = IndexSet.unionOf(cpuLists(guest).map(({ cpus }) => cpus.value));
  const nodes = host.nodesOfCpus(IndexSet.unionOf(knownPins(guest).map(({ cpus }) => cpus.value)));
  const rank = (cpu: number): number => {
    const near = nodes.has(host.nodeOfCpu(cpu) ?? -1) ? 0 : 2;
    const shared = host.siblings(cpu)?.intersect(used).isEmpty === false ? 1 : 0;
    return near + shared;
  };
  return [...host.cpus.subtract(used)].sort((a, b) => rank(a) - rank(b) || a - b);
}
