import type { IndexSet } from '../values/indexSet.ts';
import type { Collection } from './collection.ts';
import type { Entity } from './entity.ts';
import type { Value } from './value.ts';

/** Which host CPUs the thread of one vCPU may run on. */
export interface VcpuPin extends Entity {
  readonly kind: 'vcpu-pin';
  readonly vcpu: Value<number>;
  readonly cpus: Value<IndexSet>;
}

/** Which host CPUs one I/O thread may run on. */
export interface IoThreadPin extends Entity {
  readonly kind: 'io-thread-pin';
  readonly thread: Value<number>;
  readonly cpus: Value<IndexSet>;
}

/** Where the threads of the guest's process may run and take memory. */
export interface Threads {
  /** Host nodes whose CPUs may be used: `numactl --cpunodebind`. */
  readonly cpuNodes: Value<IndexSet>;
  /**
   * Host CPUs for all threads that have no pin of their own: `taskset -c`, `numactl --physcpubind`, `<vcpu cpuset=>`.
   * Unknown where libvirt asks numad.
   */
  readonly cpus: Value<IndexSet>;
  /** Host nodes that the process may take memory from: `numactl --membind`. */
  readonly memoryNodes: Value<IndexSet>;
  /** Host nodes that its memory is spread over, page by page: `numactl --interleave`. */
  readonly spreadNodes: Value<IndexSet | 'all'>;
  /** Open for a QEMU command line, which cannot pin: a script does that to the running process, if at all. */
  readonly vcpuPins: Collection<VcpuPin>;
  /** `<emulatorpin>`: for the threads of QEMU's own, and those that the kernel runs for the guest. */
  readonly emulatorCpus: Value<IndexSet>;
  /** The numbers of the I/O threads that libvirt makes; absent for QEMU, where they have names. */
  readonly ioThreads: Value<IndexSet>;
  readonly ioThreadPins: Collection<IoThreadPin>;
}
