import type { Collection } from './collection.ts';
import type { Entity } from './entity.ts';
import type { Value } from './value.ts';

/** A property of the vCPUs that is asked for by its name, or kept from them. */
export interface CpuFeature extends Entity {
  readonly kind: 'cpu-feature';
  readonly name: string;
  readonly on: Value<boolean>;
}

/** What runs the guest's vCPUs, and what they look like to the guest. */
export interface Processor {
  /** By QEMU's names, in the order in which they are tried: the first one that the host has is taken. */
  readonly accelerators: Value<readonly string[]>;
  /** By QEMU's name: `host`, `max`, `EPYC`. */
  readonly model: Value<string>;
  readonly features: Collection<CpuFeature>;
}
