import { mergedValue } from '../../dialects/qemu/commandLine.ts';
import { creationOrder } from '../../dialects/qemu/lower/pci.ts';
import { readBytes, readNumber } from '../../dialects/qemu/lower/read.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { findById } from '../../guest/collection.ts';
import { ramSize } from '../../guest/queries.ts';
import { effective, isKnown, type Value } from '../../guest/value.ts';
import type { Span } from '../../text/span.ts';
import type { Bytes } from '../../values/byteSize.ts';
import type { QemuContext, Report } from '../define.ts';

/** A device that adds memory to the guest. */
export interface PluggedMemory {
  readonly option: Option;
  readonly driver: string;
  /** Takes one of the slots, which the firmware tells the guest of; the others are PCI devices. */
  readonly module: boolean;
  readonly size: Bytes | undefined;
  /** The type of object that its memory is. */
  readonly backend: string | undefined;
  /** The option that makes that object, where it is a -object. */
  readonly maker: Option | undefined;
}

const MODELS = /^(pc-dimm|nvdimm|virtio-(mem|pmem)(-pci)?)$/;

/** Devices with memory, in the order in which QEMU plugs them in. */
export function pluggedMemory({ guest, line, sources }: QemuContext): readonly PluggedMemory[] {
  const plugged: PluggedMemory[] = [];
  for (const option of creationOrder(line)) {
    const driver = option.makes;
    if (driver === undefined || !MODELS.test(driver)) continue;
    const memdev = option.value('memdev');
    const backing = isKnown(memdev)
      ? findById(guest.memory.backings, memdev.value.replace(/^\/objects\//, ''))
      : undefined;
    const found = backing?.state === 'found' ? backing.item : undefined;
    plugged.push({
      option,
      driver,
      module: !driver.startsWith('virtio-'),
      size: found && effective(found.size),
      backend: found && effective(found.type),
      maker: found && sources.get(found),
    });
  }
  return plugged;
}

/** What `-m` says of memory that is plugged in. */
export interface Room {
  readonly slots: Value<number>;
  /** Of all memory. A number without a letter counts bytes here, unlike that of `size=`. */
  readonly maximum: Value<Bytes>;
  readonly ram: Bytes | undefined;
}

export function roomOf({ guest, line }: QemuContext): Room {
  return {
    slots: readNumber(mergedValue(line, ['m'], 'slots')),
    maximum: readBytes(mergedValue(line, ['m'], 'maxmem')),
    ram: ramSize(guest),
  };
}

/** What the devices before a device have taken: QEMU plugs them in one after the other. */
export interface Before {
  slots: number;
  /** Undefined behind a device whose size is not known. */
  used: Bytes | undefined;
  readonly placed: { readonly name: string; readonly from: Bytes; readonly to: Bytes }[];
}

/** A fault of one device; the report is about the option that makes it. */
export type Found = Omit<Report, 'about'>;

/** The device's driver: where a fault stands that is none of a single property. */
export const headOf = ({ option: { head, span } }: PluggedMemory): Span => (isKnown(head) ? head.span : span);
