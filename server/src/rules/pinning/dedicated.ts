import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import { isKnown, type Known } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import type { Fix } from '../define.ts';
import { nameHostCpus } from './wording.ts';

/**
 * The host CPUs that the vCPUs have for themselves: pinned, and to no more CPUs than there are pinned vCPUs.
 * Undefined where vCPUs merely stay within a larger set, as those of a guest that is kept on one node do: other
 * threads beside them are then no matter.
 */
export function dedicatedCpus(guest: Guest): IndexSet | undefined {
  const pins = complete(guest.threads.vcpuPins);
  if (!pins || pins.length === 0) return undefined;
  const sets: IndexSet[] = [];
  for (const { cpus } of pins) {
    if (!isKnown(cpus)) return undefined;
    sets.push(cpus.value);
  }
  const all = IndexSet.unionOf(sets);
  return all.size <= pins.length ? all : undefined;
}

/** Takes CPUs out of a list, where any are left then. */
export function leaveFix(cpus: Known<IndexSet>, taken: IndexSet): Fix[] {
  const rest = cpus.value.subtract(taken);
  if (rest.isEmpty) return [];
  return [
    {
      title: `Keep it on ${nameHostCpus(rest)}`,
      applicability: 'suggestion',
      changes: [{ op: 'replace', value: cpus, text: rest.toString() }],
    },
  ];
}
