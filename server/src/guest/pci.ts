import type { PciAddress } from '../values/pciAddress.ts';
import type { Collection } from './collection.ts';
import type { Entity, Reference } from './entity.ts';
import type { Value } from './value.ts';

/**
 * What a bus is for. `expander` is a root of its own that can carry a guest node (pxb-pcie, pxb, pxb-cxl,
 * libvirt's *-expander-bus); `port` takes exactly one device; `bridge` is anything else that makes a bus.
 */
export type BusRole = 'root' | 'expander' | 'port' | 'bridge';

/** A PCI bus of the guest and the controller that makes it. */
export interface PciBus extends Entity {
  readonly kind: 'pci-bus';
  readonly role: BusRole;
  /** QEMU's driver or libvirt's controller model, e.g. `pcie-root-port`. */
  readonly model: string;
  /** QEMU's bus id (`pcie.0`, `rp1`), libvirt's controller index as text. */
  readonly id: Value<string>;
  /** The bus that the controller itself sits on; absent for the root. */
  readonly parent: Reference<PciBus>;
  /** Guest node of an expander. */
  readonly node: Value<number>;
  /** Bus number of an expander as the guest will see it. */
  readonly busNr: Value<number>;
  readonly chassis: Value<number>;
}

/**
 * `passthrough`: a host PCI device (vfio). `display`: an emulated or paravirtual display adapter. `endpoint`: any
 * other device that we know to sit on a PCI bus. `other`: anything else.
 */
export type DeviceRole = 'passthrough' | 'display' | 'endpoint' | 'other';

/** The place of a device on its bus. */
export interface SlotFunction {
  readonly slot: number;
  readonly fn: number;
}

/** A device of the guest on a PCI bus, or one whose bus we do not know. */
export interface Device extends Entity {
  readonly kind: 'device';
  readonly role: DeviceRole;
  /** QEMU's driver, or what libvirt would call it, e.g. `vfio-pci`, `virtio-gpu-pci`. */
  readonly driver: Value<string>;
  readonly id: Value<string>;
  readonly bus: Reference<PciBus>;
  /** Where on its bus; functions of one slot are one device for the guest. */
  readonly place: Value<SlotFunction>;
  /** Only for passthrough. */
  readonly hostAddress: Value<PciAddress>;
}

export interface Pci {
  readonly buses: Collection<PciBus>;
  readonly devices: Collection<Device>;
}
