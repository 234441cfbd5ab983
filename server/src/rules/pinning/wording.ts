import type { IndexSet } from '../../values/indexSet.ts';

const counted =
  (one: string) =>
  (set: IndexSet): string =>
    `${one}${set.size === 1 ? '' : 's'} ${set}`;

/** `vCPU 2`, `vCPUs 0-3`. */
export const nameVcpus = counted('vCPU');

export const nameHostCpus = counted('host CPU');

export const nameHostNodes = counted('host node');
