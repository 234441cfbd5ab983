import type { Bytes } from '../values/byteSize.ts';
import type { Value } from './value.ts';

/** What decides whether all of an x86 guest fits into the physical addresses that its CPUs have. */
export interface Addresses {
  /** How many bits an address has; `host` for as many as the host's have. */
  readonly bits: Value<number | 'host'>;
  /** Asks for the host's bits, where only an accelerator can give them. Absent where nobody asks. */
  readonly asksHost: Value<boolean>;
  /** All memory that there can be, with what is plugged in later; absent where nothing is. */
  readonly mostMemory: Value<Bytes>;
  /** How many memory devices can be plugged in. */
  readonly slots: Value<number>;
  /** What the PCI host bridge keeps for 64-bit memory regions of devices, above all memory. */
  readonly hole: Value<Bytes>;
  /** The same, said of a host bridge that other machines have. */
  readonly strayHole: Value<Bytes>;
  /** Whether the firmware is OVMF, a UEFI. */
  readonly uefi: Value<boolean>;
  /** What OVMF is told to keep for such regions, in the place of what it works out. */
  readonly window: Value<Bytes>;
}

/** What a model has that is not the host's own (target/i386/cpu.c: x86_cpu_realizefn, TCG_PHYS_ADDR_BITS). */
export const DEFAULT_BITS = 40;
