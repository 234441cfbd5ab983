import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import { effective } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { type CpuList, type KnownPin, knownPins, processList } from './hostCpus.ts';

/** The host CPUs that the vCPUs of a guest run on, where that is chosen for each: by their pins, or by one list for all. */
export interface Chosen {
  readonly cpus: IndexSet;
  readonly vcpus: number;
  /** Empty where one list is for all. */
  readonly pins: readonly KnownPin[];
  readonly list: CpuList | undefined;
}

/** Undefined where a vCPU may run anywhere, or where it is not known. */
export function chosenCpus(guest: Guest): Chosen | undefined {
  const { vcpus, maxVcpus } = guest.topology;
  const count = effective(maxVcpus) ?? effective(vcpus);
  if (count === undefined) return undefined;
  const pins = knownPins(guest).filter(({ vcpu }) => vcpu.value < count);
  if (pins.length === 0) {
    const list = processList(guest);
    return list && { cpus: list.cpus.value, vcpus: count, pins, list };
  }
  if (!complete(guest.threads.vcpuPins) || pins.length < count) return undefined;
  return {
    cpus: IndexSet.unionOf(pins.map(({ cpus }) => cpus.value)),
    vcpus: count,
    pins,
    list: undefined,
  };
}
