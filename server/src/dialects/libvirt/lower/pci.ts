import { type Found, findById } from '../../../guest/collection.ts';
import type { Reference } from '../../../guest/entity.ts';
import type { BusRole, Device, DeviceRole, Pci, PciBus, SlotFunction } from '../../../guest/pci.ts';
import { absent, isKnown, known, mapValue, type Value } from '../../../guest/value.ts';
import { attribute, child, childElements, children } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import type { Span } from '../../../text/span.ts';
import type { PciAddress } from '../../../values/pciAddress.ts';
import { type Reader, readNumber } from '../values.ts';
import type { Sources } from './sources.ts';

const ROLES: Readonly<Record<string, BusRole>> = {
  'pci-root': 'root',
  'pcie-root': 'root',
  'pci-expander-bus': 'expander',
  'pcie-expander-bus': 'expander',
  'pcie-root-port': 'port',
  'pcie-switch-downstream-port': 'port',
  'pcie-switch-upstream-port': 'bridge',
  'pci-bridge': 'bridge',
  'dmi-to-pci-bridge': 'bridge',
  'pcie-to-pci-bridge': 'bridge',
};

/** QEMU's driver for a video model, so that rules know a display by one name in both languages. */
const VIDEO_DRIVERS: Readonly<Record<string, string>> = {
  virtio: 'virtio-gpu-pci',
  qxl: 'qxl',
  vga: 'VGA',
  bochs: 'bochs-display',
  cirrus: 'cirrus-vga',
  vmvga: 'vmware-svga',
};

/** What libvirt makes of the PCI devices and controllers of a domain (src/qemu/qemu_domain_address.c). */
export function lowerPci(reader: Reader, domain: XmlElement, sources: Sources): Pci {
  const elements = children(domain, 'devices').flatMap(childElements);
  const buses = lowerBuses(reader, domain, elements, sources);
  const devices = elements.flatMap((element) => lowerDevice(reader, element, buses, sources));
  const span = reader.label(domain);
  const unnamed = buses.some((bus) => !isKnown(bus.id));
  return {
    buses: { items: buses, openedBy: unnamed ? [span] : [] },
    devices: { items: devices, openedBy: [] },
  };
}

function lowerBuses(
  reader: Reader,
  domain: XmlElement,
  elements: readonly XmlElement[],
  sources: Sources,
): PciBus[] {
  const controllers = elements.filter((element) => element.name.text === 'controller' && isPci(element));
  const buses: PciBus[] = [];
  // Index 0 is the root of the machine, and is there whether it is written or not.
  const root = controllers.find((element) => attribute(element, 'index')?.value?.text.trim() === '0');
  buses.push(rootBus(reader, root ?? domain));
  for (const element of controllers) {
    if (element === root) continue;
    const model = attribute(element, 'model')?.value?.text ?? '';
    const target = child(element, 'target');
    const bus: PciBus = {
      kind: 'pci-bus',
      role: ROLES[model] ?? 'bridge',
      model,
      span: reader.span(element),
      label: reader.label(element),
      id: mapValue(readNumber(reader.attribute(element, 'index', element)), String),
      parent: referToBus(reader, element, () => buses),
      node: readNumber(reader.childText(target, 'node', element)),
      busNr: readNumber(reader.attribute(target, 'busNr', element)),
      chassis: readNumber(reader.attribute(target, 'chassis', element)),
    };
    buses.push(bus);
    sources.set(bus, element);
  }
  return buses;
}

const isPci = (controller: XmlElement): boolean => attribute(controller, 'type')?.value?.text === 'pci';

function rootBus(reader: Reader, element: XmlElement): PciBus {
  const span = reader.label(element);
  const nothing = absent<never>(span);
  const model = (element.name.text === 'controller' && attribute(element, 'model')?.value?.text) || 'root';
  return {
    kind: 'pci-bus',
    role: 'root',
    model,
    span,
    label: span,
    id: known('0', span),
    parent: { id: nothing, target: { state: 'absent' } },
    node: nothing,
    busNr: nothing,
    chassis: nothing,
  };
}

/** The guest address of a device: not the one inside its <source>, which is the host's. */
const guestAddress = (element: XmlElement): XmlElement | undefined => child(element, 'address');

/**
 * The bus a device sits on, resolved when it is asked for, since controllers may stand in any order. Without an
 * address, or with the index of a controller that is not there, libvirt adds a port on the machine's root.
 */
function referToBus(reader: Reader, element: XmlElement, buses: () => readonly PciBus[]): Reference<PciBus> {
  const address = guestAddress(element);
  const id: Value<string> = mapValue(readNumber(reader.attribute(address, 'bus', element)), String);
  return {
    id,
    get target(): Found<PciBus> {
      const all = buses();
      const root: Found<PciBus> = { state: 'found', item: all[0]! };
      if (id.state === 'unknown') return { state: 'unknown' };
      if (id.state === 'absent') return root;
      const found = findById({ items: all, openedBy: [] }, id.value);
      return found.state === 'absent' ? root : found;
    },
  };
}

function lowerDevice(
  reader: Reader,
  element: XmlElement,
  buses: readonly PciBus[],
  sources: Sources,
): readonly Device[] {
  const found = roleOf(element);
  if (!found) return [];
  const source = child(element, 'source');
  const host = source && child(source, 'address');
  const span = reader.label(element);
  const device: Device = {
    kind: 'device',
    role: found.role,
    span: reader.span(element),
    label: span,
    driver: known(found.driver, span),
    id: reader.attribute(child(element, 'alias'), 'name', element),
    bus: referToBus(reader, element, () => buses),
    place: readPlace(reader, element),
    hostAddress: readHostAddress(reader, host, span),
  };
  sources.set(device, element);
  return [device];
}

function roleOf(element: XmlElement): { role: DeviceRole; driver: string } | undefined {
  const type = attribute(element, 'type')?.value?.text;
  if (element.name.text === 'hostdev') {
    const vfio =
      type === 'pci' || (type === 'mdev' && attribute(element, 'model')?.value?.text === 'vfio-pci');
    return vfio ? { role: 'passthrough', driver: 'vfio-pci' } : undefined;
  }
  if (element.name.text !== 'video') return undefined;
  const model = child(element, 'model');
  const driver = VIDEO_DRIVERS[(model && attribute(model, 'type')?.value?.text) ?? ''];
  return driver ? { role: 'display', driver } : undefined;
}

function readPlace(reader: Reader, element: XmlElement): Value<SlotFunction> {
  const address = guestAddress(element);
  const slot = readNumber(reader.attribute(address, 'slot', element));
  const fn = readNumber(reader.attribute(address, 'function', element));
  if (fn.state === 'unknown') return fn;
  return mapValue(slot, (value) => ({ slot: value, fn: isKnown(fn) ? fn.value : 0 }));
}

function readHostAddress(reader: Reader, address: XmlElement | undefined, owner: Span): Value<PciAddress> {
  if (!address) return absent(owner);
  const part = (name: string): Value<number> => readNumber(reader.attribute(address, name, address));
  const parts = [part('domain'), part('bus'), part('slot'), part('function')] as const;
  const gap = parts.find((value) => value.state === 'unknown');
  if (gap?.state === 'unknown') return gap;
  const [domain, bus, slot, fn] = parts.map((value) => (isKnown(value) ? value.value : 0));
  return known({ domain: domain!, bus: bus!, slot: slot!, fn: fn! }, reader.label(address));
}
