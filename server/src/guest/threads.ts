import type { IndexSet } from '../values/indexSet.ts';
import type { Value } from './value.ts';

/** Where all threads of the guest's process may run and take memory, as set around it (numactl, taskset). */
export interface Threads {
  /** Host nodes whose CPUs may be used: `numactl --cpunodebind`. */
  readonly cpuNodes: Value<IndexSet>;
  /** Host CPUs that may be used: `taskset -c`, `numactl --physcpubind`. */
  readonly cpus: Value<IndexSet>;
  /** Host nodes that the process may take memory from: `numactl --membind`. */
  readonly memoryNodes: Value<IndexSet>;
}
