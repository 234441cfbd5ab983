import type { Bytes } from '../values/byteSize.ts';
import type { IndexSet } from '../values/indexSet.ts';
import type { PciAddress } from '../values/pciAddress.ts';
import type { Display } from './display.ts';
import type { Entity } from './entity.ts';
import type { Iommu } from './iommu.ts';
import type { Backing, GuestNode, Memory } from './memory.ts';
import type { Device, PciBus, Plugged, SlotFunction } from './pci.ts';
import type { Processor } from './processor.ts';
import type { Threads } from './threads.ts';
import type { Level, Topology } from './topology.ts';
import type { Known } from './value.ts';

/** Host memory to be made. The writer takes `id` where it is free. */
export interface NewBacking {
  readonly kind: 'new-backing';
  readonly size: Bytes;
  readonly id?: string;
  /** A backing whose kind, policy and pages it shares. */
  readonly like?: Backing;
}

/**
 * A root bus with a guest node, to be made on the machine's root, and where it can in the slot that a device moved
 * behind it leaves there. Id and bus number are allocated by the writer.
 */
export interface NewExpander {
  readonly kind: 'new-expander';
  readonly node: number;
}

/** A port below a bus, to be made. Id, chassis and slot are allocated by the writer. */
export interface NewPort {
  readonly kind: 'new-port';
  readonly parent: PciBus | NewExpander;
}

export type NewEntity = NewBacking | NewExpander | NewPort;

/** What can be set on which entity; the dialect's writer knows how each is spelt. */
export type Setting =
  | { readonly entity: GuestNode; readonly field: 'cpus'; readonly to: IndexSet }
  /** `followed`: with all that names the node by its number. */
  | { readonly entity: GuestNode; readonly field: 'id'; readonly to: number; readonly followed: boolean }
  | { readonly entity: GuestNode | Device; readonly field: 'backing'; readonly to: Backing | NewBacking }
  | { readonly entity: Topology; readonly field: 'maxVcpus'; readonly to: number }
  | {
      readonly entity: Topology;
      readonly field: 'levels';
      readonly to: Readonly<Partial<Record<Level, number>>>;
    }
  /** What `-m` and `<memory>` say. */
  | { readonly entity: Memory; readonly field: 'ram'; readonly to: Bytes }
  /** Binds it there, where nothing says how strictly. */
  | { readonly entity: Backing; readonly field: 'hostNodes'; readonly to: IndexSet }
  | ThreadSetting
  | { readonly entity: Backing | GuestNode; readonly field: 'size'; readonly to: Bytes }
  | { readonly entity: Processor; readonly field: 'accelerator'; readonly to: string }
  | { readonly entity: Processor; readonly field: 'cpuModel'; readonly to: string }
  /** How many bits its physical addresses have. */
  | { readonly entity: Processor; readonly field: 'addressBits'; readonly to: number | 'host' }
  | { readonly entity: Display; readonly field: 'address'; readonly to: string }
  | PciSetting;

/** What can be set of the threads. */
export type ThreadSetting =
  /** Host CPUs by vCPU; the pins of others stay. */
  | { readonly entity: Threads; readonly field: 'vcpuPins'; readonly to: ReadonlyMap<number, IndexSet> }
  | { readonly entity: Threads; readonly field: 'emulatorCpus'; readonly to: IndexSet }
  /** Host nodes for all threads of the process, or for all memory that nothing else binds. */
  | { readonly entity: Threads; readonly field: 'cpuNodes' | 'memoryNodes'; readonly to: IndexSet };

/** What can be set of the things of PCI. */
export type PciSetting =
  /** Its old place is given up; `fn` keeps the functions of one slot apart where they move together. */
  | {
      readonly entity: Plugged;
      readonly field: 'bus';
      readonly to: PciBus | NewPort | NewExpander;
      readonly fn?: number;
    }
  /** Undefined leaves it to QEMU or libvirt. */
  | { readonly entity: Plugged; readonly field: 'place'; readonly to: SlotFunction | undefined }
  | { readonly entity: Plugged; readonly field: 'multifunction'; readonly to: boolean }
  /** The host device, as QEMU writes its address. */
  | { readonly entity: Device; readonly field: 'host'; readonly to: string }
  /** QEMU's driver or libvirt's model. */
  | { readonly entity: PciBus; readonly field: 'model'; readonly to: string }
  | { readonly entity: PciBus; readonly field: 'node'; readonly to: number | undefined }
  | { readonly entity: PciBus; readonly field: 'busNr'; readonly to: number | undefined }
  | { readonly entity: PciBus; readonly field: 'chassis'; readonly to: number }
  /** Of the machine that the bus belongs to. */
  | { readonly entity: PciBus; readonly field: 'cxl'; readonly to: boolean }
  | { readonly entity: Iommu; readonly field: 'intremap' | 'eim' | 'cachingMode'; readonly to: boolean }
  /** The interrupt controllers of the guest that has this IOMMU. */
  | { readonly entity: Iommu; readonly field: 'irqchip'; readonly to: 'split' };

/**
 * A change of the guest, in the guest's terms. New entities are named by identity: the same object in `add` and
 * in `set` is the same thing.
 */
export type ModelChange =
  | ({ readonly op: 'set' } & Setting)
  | { readonly op: 'add'; readonly entity: NewEntity; readonly before: Entity }
  /** Puts it right behind another one, where the order counts. */
  | { readonly op: 'move'; readonly entity: Entity; readonly after: Entity }
  /** Writes another text into the place that holds a value. */
  | { readonly op: 'replace'; readonly value: Known<unknown>; readonly text: string }
  /** Lets other processes of the host see all of the guest's memory. */
  | { readonly op: 'share-memory' }
  /** Hands a function of the host to the guest, too, beside another function of its device. */
  | { readonly op: 'hand-over'; readonly host: PciAddress; readonly beside: Device }
  | { readonly op: 'remove'; readonly entity: Entity };
