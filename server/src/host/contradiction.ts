import { IndexSet, parseIndexSet } from '../values/indexSet.ts';

/** Something that cannot be true beside the rest of a profile. */
export interface Contradiction {
  /** Where it stands, as keys and indices: `['nodes', 1, 'cpus']`. */
  readonly path: readonly (string | number)[];
  /** The fact, then what to do. */
  readonly message: string;
}

/** The set that a list of CPUs stands for; empty where a range goes backwards, which is told by itself. */
export const setOf = (cpus: string): IndexSet => parseIndexSet(cpus) ?? IndexSet.empty;

/** The index and the identity of every item of which an earlier one has the same identity. */
export function* repeated<T, K>(items: readonly T[], identity: (item: T) => K): Generator<[number, K]> {
  const seen = new Set<K>();
  for (const [index, item] of items.entries()) {
    const name = identity(item);
    if (seen.has(name)) yield [index, name];
    seen.add(name);
  }
}
