import type { PciAddress } from '../values/pciAddress.ts';
import type { Collection } from './collection.ts';
import type { Entity, Reference } from './entity.ts';
import type { DialectId } from './guest.ts';
import type { Iommu, Irqchip } from './iommu.ts';
import type { Value } from './value.ts';

/**
 * What a bus is for. `expander` is a root of its own that can carry a guest node (pxb-pcie, pxb, pxb-cxl,
 * libvirt's *-expander-bus); `port` takes exactly one device; `bridge` is anything else that makes a bus.
 */
export type BusRole = 'root' | 'expander' | 'port' | 'bridge';

/** The place of a device on its bus. A device that finds all of them taken gets slot 32, which no bus has. */
export interface SlotFunction {
  readonly slot: number;
  readonly fn: number;
}

/** A PCI bus of the guest and the controller that makes it. */
export interface PciBus extends Entity {
  readonly kind: 'pci-bus';
  /** Whose words describe it: XML may hand options to QEMU. */
  readonly dialect: DialectId;
  readonly role: BusRole;
  /** QEMU's driver or libvirt's controller model, e.g. `pcie-root-port`. */
  readonly model: string;
  /** QEMU's bus id (`pcie.0`, `rp1`), libvirt's controller index as text. */
  readonly id: Value<string>;
  /** The bus that the controller itself sits on; absent for the root. */
  readonly parent: Reference<PciBus>;
  /** Where on its parent the controller sits; absent with the place that QEMU chooses, where that can be told. */
  readonly place: Value<SlotFunction>;
  readonly multifunction: Value<boolean>;
  /** Guest node of an expander. */
  readonly node: Value<number>;
  /** Bus number of an expander as the guest will see it. */
  readonly busNr: Value<number>;
  readonly chassis: Value<number>;
  /** Number of a port's slot within its chassis; the pair of both must be unique. */
  readonly slotNumber: Value<number>;
}

/**
 * `passthrough`: a host PCI device (vfio). `display`: an emulated or paravirtual display adapter. `endpoint`: any
 * other device that we know to sit on a PCI bus. `other`: anything else.
 */
export type DeviceRole = 'passthrough' | 'display' | 'endpoint' | 'other';

/** Code of a device's own for the firmware, and how the guest comes to see it. */
export interface OptionRom {
  /** A register that shows it; without, only a BIOS is handed the file. */
  readonly bar: Value<boolean>;
  /** In the place of what the device brings. */
  readonly file: Value<string>;
}

/** What a passed-through device draws, shown by QEMU. */
export interface PassedScreen {
  readonly shown: Value<boolean>;
  /** A framebuffer for the time before the guest has a driver. */
  readonly ramfb: Value<boolean>;
  /** Whether there is a display to show it on; undefined where that is not known. */
  readonly viewed: boolean | undefined;
}

/** A part of a host device that software makes, such as a vGPU. */
export interface Mediated {
  readonly uuid: string;
  /** The device that it is a part of; undefined where only the part is named. */
  readonly parent: PciAddress | undefined;
}

/** A device of the guest on a PCI bus, or one whose bus we do not know. */
export interface Device extends Entity {
  readonly kind: 'device';
  /** As PciBus.dialect. */
  readonly dialect: DialectId;
  readonly role: DeviceRole;
  /** QEMU's driver, or what libvirt would call it, e.g. `vfio-pci`, `virtio-gpu-pci`. */
  readonly driver: Value<string>;
  readonly id: Value<string>;
  readonly bus: Reference<PciBus>;
  /** Where on its bus, as PciBus.place; functions of one slot are one device for the guest. */
  readonly place: Value<SlotFunction>;
  /** Says that its slot has more functions; only function 0 must. */
  readonly multifunction: Value<boolean>;
  /** Only for passthrough; absent where no host device is named, in whatever way. */
  readonly hostAddress: Value<PciAddress>;
  /** Only for passthrough of a part of a device, which has no address of its own. */
  readonly mediated?: Value<Mediated> | undefined;
  readonly rom?: OptionRom | undefined;
  /** Only for passthrough. */
  readonly screen?: PassedScreen | undefined;
  /** Only for passthrough: uses the newer interface of the host, not a VFIO container. */
  readonly iommufd?: Value<boolean> | undefined;
}

/** Whatever takes a place on a bus. */
export type Plugged = Device | PciBus;

/** What nobody wrote, and what takes its place on the root bus all the same. */
export interface BuiltIn {
  /** QEMU's name for it, e.g. `ICH9-LPC`. */
  readonly name: string;
  readonly place: SlotFunction;
  readonly multifunction: boolean;
}

export interface Pci {
  /** Empty and closed where the machine has no PCI at all. */
  readonly buses: Collection<PciBus>;
  readonly devices: Collection<Device>;
  readonly builtIn: Collection<BuiltIn>;
  /** Whether the machine takes CXL host bridges. */
  readonly cxl: Value<boolean>;
  readonly iommus: Collection<Iommu>;
  readonly irqchip: Value<Irqchip>;
}
