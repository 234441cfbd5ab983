import type { Entity } from './entity.ts';
import type { Value } from './value.ts';

/** A virtual IOMMU, through which the guest's own drivers map the memory that devices may reach. */
export interface Iommu extends Entity {
  readonly kind: 'iommu';
  readonly model: 'intel' | 'amd';
  /** Interrupt remapping; where it is not asked for, QEMU takes what the interrupt controller allows. */
  readonly intremap: Value<boolean>;
  /** Extended interrupt mode, for vCPUs beyond 255. */
  readonly eim: Value<boolean>;
  /** Tells the host of every mapping, without which it cannot follow for a real device. */
  readonly cachingMode: Value<boolean>;
  /** How wide the addresses are that it translates, in bits. */
  readonly addressBits: Value<number>;
}

/** Who emulates the guest's interrupt controllers: KVM all of them, KVM without the I/O APIC, or QEMU. */
export type Irqchip = 'kernel' | 'split' | 'user';
