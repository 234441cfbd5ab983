import type { PropertyFact } from './property.ts';

/** What QEMU has names for. `chardev` and `netdev` are their types, `parameters` what an option of QEMU's lists. */
export type Kind =
  | 'machine'
  | 'device'
  | 'object'
  | 'cpu'
  | 'option'
  | 'accel'
  | 'netdev'
  | 'blockdev'
  | 'chardev'
  | 'audiodev'
  | 'display'
  | 'numa'
  | 'parameters'
  /** Flags that CPU models share. */
  | 'cpu-properties';

/** Kinds of things that have nothing but properties. */
export type PlainKind = Exclude<Kind, 'machine' | 'device' | 'cpu' | 'option'>;

/** A thing that QEMU knows by a name. */
export interface Fact {
  readonly kind: Kind;
  /** Its own name, where it was asked for by an alias. */
  readonly name: string;
  readonly properties: ReadonlyMap<string, PropertyFact>;
  /** The names of those that have to be given. */
  readonly required: readonly string[];
  /** False where QEMU could not be asked for its properties. */
  readonly complete: boolean;
  readonly deprecated: boolean;
}

export interface MachineFact extends Fact {
  readonly aliases: readonly string[];
  readonly isDefault: boolean;
  readonly mostCpus: number | undefined;
}

/** What is said of a device as a whole. */
export interface DeviceHead {
  readonly alias: string | undefined;
  /** The kind of bus that it is plugged into, `PCI`; undefined for none. */
  readonly bus: string | undefined;
  /** As -device help groups them: `network`, `storage`. */
  readonly categories: readonly string[];
  readonly abstract: boolean;
  /** Made by machines and other devices only; -device refuses it. */
  readonly internal: boolean;
  readonly deprecated: boolean;
}

export interface DeviceFact extends Fact, DeviceHead {}

/** A CPU model; its properties are its flags. */
export interface CpuFact extends Fact {
  /** All models of the architecture have the same flags. */
  readonly shared: boolean;
}

export interface OptionFact extends Fact {
  readonly takesArgument: boolean;
}
