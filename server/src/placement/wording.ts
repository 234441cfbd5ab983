import type { IndexSet } from '../values/indexSet.ts';

const counted =
  (one: string) =>
  (set: IndexSet): string =>
    `${one}${set.size === 1 ? '' : 's'} ${set}`;

/** `host node 1`, `host nodes 0-1`. */
export const nameHostNodes = counted('host node');

export const nameHostCpus = counted('host CPU');

export const nameVcpus = counted('vCPU');

/** A name as the first words of a sentence. */
export const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
