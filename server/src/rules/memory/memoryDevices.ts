import type { Change } from '../../dialects/change.ts';
import type { LibvirtVariant } from '../../dialects/document.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { Reader, readNumber, readSize } from '../../dialects/libvirt/values.ts';
import type { Value } from '../../guest/value.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type Bytes, GiB, KiB, MiB } from '../../values/byteSize.ts';
import { devicesOf } from '../refusal.ts';

/** A `<memory model=>` among the devices of a domain. */
export interface MemoryDevice {
  readonly element: XmlElement;
  readonly model: Value<string>;
  readonly size: Value<Bytes>;
  /** The guest node that it is plugged into. */
  readonly node: Value<number>;
  readonly slot: Value<number>;
}

export function readMemoryDevice(reader: Reader, element: XmlElement): MemoryDevice {
  const target = child(element, 'target');
  const size = target && child(target, 'size');
  const address = child(element, 'address');
  return {
    element,
    model: reader.attribute(element, 'model', element),
    size: readSize(reader.text(size, element), reader.attribute(size, 'unit', element)),
    node: readNumber(reader.childText(target, 'node', element)),
    slot: readNumber(reader.attribute(isOfModule(address) ? address : undefined, 'slot', element)),
  };
}

/** Other addresses have slots as well, of a bus. */
const isOfModule = (address: XmlElement | undefined): boolean =>
  address !== undefined && (attribute(address, 'type')?.value?.text ?? 'dimm') === 'dimm';

export const memoryDevices = ({ domain, guest }: LibvirtVariant): readonly MemoryDevice[] =>
  devicesOf(domain, 'memory').map((element) => readMemoryDevice(new Reader(guest.label.uri), element));

/** Modules in slots, which the firmware tells the guest of; virtio-mem and virtio-pmem are PCI devices. */
export const isModule = ({ model }: MemoryDevice): boolean =>
  model.state === 'known' && (model.value === 'dimm' || model.value === 'nvdimm');

const UNITS: readonly (readonly [string, Bytes])[] = [
  ['GiB', GiB],
  ['MiB', MiB],
  ['KiB', KiB],
];

/** A size as libvirt's elements hold it: a number, and beside it the largest unit in which it is whole. */
export function spellSize(size: Bytes): { readonly unit: string; readonly text: string } {
  const [unit, scale] = UNITS.find(([, bytes]) => size % bytes === 0n) ?? ['b', 1n];
  return { unit, text: String(size / scale) };
}

/** What adds <acpi/> to <features>; undefined where it is there, or a template may bring it. */
export function missingAcpi(domain: XmlElement): Change | undefined {
  const features = child(domain, 'features');
  if (mayGainChildren(features ?? domain) || (features && child(features, 'acpi'))) return undefined;
  const acpi = { name: 'acpi' };
  if (features) return { op: 'add-element', parent: features, template: acpi };
  const os = child(domain, 'os');
  const template = { name: 'features', children: [acpi] };
  return { op: 'add-element', parent: domain, template, ...(os ? { after: os } : {}) };
}
