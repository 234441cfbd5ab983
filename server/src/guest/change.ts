import type { Bytes } from '../values/byteSize.ts';
import type { IndexSet } from '../values/indexSet.ts';
import type { Entity } from './entity.ts';
import type { Backing, GuestNode } from './memory.ts';
import type { Device, PciBus } from './pci.ts';
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

/** A root bus with a guest node, to be made on the machine's root. Id and bus number are allocated by the writer. */
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
  | { readonly entity: Backing; readonly field: 'hostNodes'; readonly to: IndexSet }
  /** `fn` keeps the functions of one slot apart where they move together. */
  | {
      readonly entity: Device;
      readonly field: 'bus';
      readonly to: PciBus | NewPort | NewExpander;
      readonly fn?: number;
    };

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
  | { readonly op: 'remove'; readonly entity: Entity };
