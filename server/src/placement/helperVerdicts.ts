import { IndexSet } from '../values/indexSet.ts';
import { vcpusNearMemory } from './groupVerdicts.ts';
import { isKept, type Keeper } from './place.ts';
import type { Placement } from './placement.ts';
import { doubtsOf, factsOf, isLocated, meets, type Verdict } from './verdict.ts';

/** A verdict on threads of QEMU that serve the guest, and are none of its vCPUs. */
export interface HelperVerdict extends Verdict {
  /** `QEMU's own threads`, `I/O thread 1`. */
  readonly name: string;
  readonly keeper: Keeper;
  /** Where they had better be. */
  readonly home: IndexSet;
}

/** Are QEMU's own threads near anything that they serve? Only where memory, vCPUs and devices agree among themselves. */
export function helpersNear(placement: Placement): HelperVerdict[] {
  const { groups, devices, host, complete } = placement;
  const memory = groups.map((group) => group.memory).filter(isKept);
  if (!host || !complete || memory.length < groups.length) return [];
  if (vcpusNearMemory(placement).some(({ holds }) => !holds)) return [];
  const located = devices.filter(isLocated);
  const home = IndexSet.unionOf([...memory, ...located].map(({ nodes }) => nodes));
  const helpers = [{ name: "QEMU's own threads", place: placement.emulator }, ...placement.ioThreads];
  return helpers.flatMap(({ name, place }): HelperVerdict[] => {
    if (!isKept(place)) return [];
    const keeper = place.keepers.find(({ kind }) => kind === 'emulator' || kind === 'pin');
    if (!keeper) return [];
    return [
      {
        invariant: 'helpers-near',
        holds: meets(place.nodes, home, host),
        devices: [],
        groups,
        facts: factsOf(place, ...memory),
        doubts: doubtsOf(place, ...memory),
        reach: { from: place.nodes, to: home },
        name,
        keeper,
        home,
      },
    ];
  });
}
