import type { Bytes } from '../values/byteSize.ts';
import type { IndexSet } from '../values/indexSet.ts';
import type { Collection } from './collection.ts';
import type { Entity, Reference } from './entity.ts';
import type { Value } from './value.ts';

/**
 * How the host kernel picks the node of a page (QEMU qapi/qom.json: HostMemPolicy). `restrictive` is libvirt's:
 * no policy of QEMU's, only the cgroup's.
 */
export type MemoryPolicy = 'default' | 'preferred' | 'bind' | 'interleave' | 'restrictive';

/** Host memory that holds guest RAM: a memory-backend object, or what libvirt makes of a cell. */
export interface Backing extends Entity {
  readonly kind: 'backing';
  readonly id: Value<string>;
  /** QEMU's object type, e.g. `memory-backend-file`. */
  readonly type: Value<string>;
  readonly size: Value<Bytes>;
  readonly policy: Value<MemoryPolicy>;
  readonly hostNodes: Value<IndexSet>;
  readonly prealloc: Value<boolean>;
  /** How many threads allocate it at the start. */
  readonly allocators: Value<number>;
  readonly share: Value<boolean>;
  readonly path: Value<string>;
  /** Made of huge pages: `hugetlb=on`, a path that looks like a hugetlbfs, `<hugepages>`. */
  readonly huge: Value<boolean>;
  /** Of the huge pages, where their size is written. */
  readonly pageSize: Value<Bytes>;
}

/** A NUMA node that the guest sees. */
export interface GuestNode extends Entity {
  readonly kind: 'guest-node';
  /** Absent where none is written; then the default is the running count. */
  readonly id: Value<number>;
  /** Each list as written: QEMU takes several `cpus=` on one node. See cpusOf() for their union. */
  readonly cpus: readonly Value<IndexSet>[];
  /** The size written on the node itself (`mem=`, `<cell memory=>`). */
  readonly size: Value<Bytes>;
  readonly backing: Reference<Backing>;
}

/** How far a guest node's memory is from another one's vCPUs, as the firmware tells the guest (ACPI SLIT). */
export interface NodeDistance extends Entity {
  readonly kind: 'node-distance';
  /** `found` only where the language lets this place name the node: QEMU wants it declared before. */
  readonly from: Reference<GuestNode, number>;
  readonly to: Reference<GuestNode, number>;
  /** 10 is local, 255 unreachable. */
  readonly value: Value<number>;
}

/** A device that another process of the host serves, which must see the guest's memory for that. */
export interface MemorySharer extends Entity {
  readonly kind: 'memory-sharer';
  /** What it is called: `virtiofs`, `vhost-user-blk-pci`. */
  readonly name: string;
  /** The guest is not started where its memory is private; the others start, and the device does not work. */
  readonly refused: boolean;
}

/** Memory whose content is kept when the guest ends: an nvdimm, a virtio-pmem. */
export interface PersistentMemory extends Entity {
  readonly kind: 'persistent-memory';
  /** What it is called: `nvdimm`, `virtio-pmem-pci`. */
  readonly model: string;
  /** Whether the host may drop the content at the end. */
  readonly discard: Value<boolean>;
}

export interface Memory {
  /** `-m`, `<memory>`. */
  readonly size: Value<Bytes>;
  /** What of it is in memory devices: libvirt's `<memory>` includes them, QEMU's `-m` does not. */
  readonly inDevices: Value<Bytes>;
  /** Whether memory can be added later: with that QEMU has a guest node 0 even where none is written. */
  readonly growable: Value<boolean>;
  readonly backings: Collection<Backing>;
  /** `-machine memory-backend=`, or libvirt's backing of a guest without cells. */
  readonly whole: Reference<Backing>;
  /** `-mem-path`. */
  readonly path: Value<string>;
  readonly sharers: readonly MemorySharer[];
  readonly persistent: readonly PersistentMemory[];
}
