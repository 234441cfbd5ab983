import type { BusRole, PciBus } from '../../../guest/pci.ts';
import { absent, isKnown, known, mapValue, type Value } from '../../../guest/value.ts';
import { attribute, child } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import type { Span } from '../../../text/span.ts';
import { libvirtBusNumbers } from '../../busNumbers.ts';
import { type Reader, readNumber } from '../values.ts';
import { addressOf, readMultifunction, readPlace, referToBus } from './pciPlaces.ts';
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

const modelOf = (controller: XmlElement): string => attribute(controller, 'model')?.value?.text ?? '';

const isExpander = (controller: XmlElement): boolean => ROLES[modelOf(controller)] === 'expander';

/** The PCI controllers of a domain, the machine's root first. */
export function lowerBuses(
  reader: Reader,
  domain: XmlElement,
  elements: readonly XmlElement[],
  openedBy: readonly Span[],
  sources: Sources,
): PciBus[] {
  const controllers = elements.filter(
    (element) => element.name.text === 'controller' && attribute(element, 'type')?.value?.text === 'pci',
  );
  const readIndex = (element: XmlElement): Value<number> =>
    readNumber(reader.attribute(element, 'index', element));
  const readBusNr = (element: XmlElement): Value<number> =>
    readNumber(reader.attribute(child(element, 'target'), 'busNr', element));
  const numbers = defaultBusNumbers(controllers, readIndex, readBusNr);
  const buses: PciBus[] = [];
  // Index 0 is the root of the machine, and is there whether it is written or not.
  const root = controllers.find((element) => attribute(element, 'index')?.value?.text.trim() === '0');
  buses.push(rootBus(reader, root ?? domain));
  if (root) sources.set(buses[0]!, root);
  for (const element of controllers) {
    if (element === root) continue;
    const model = modelOf(element);
    const target = child(element, 'target');
    const address = addressOf(element);
    const index = readIndex(element);
    const busNr = readBusNr(element);
    const chassis = readNumber(reader.attribute(target, 'chassis', element));
    const bus: PciBus = {
      kind: 'pci-bus',
      dialect: 'libvirt',
      role: ROLES[model] ?? 'bridge',
      model,
      span: reader.span(element),
      // The model names it, as the driver does on a command line.
      label: model === '' ? reader.label(element) : reader.span(attribute(element, 'model')!.value!),
      id: mapValue(index, String),
      parent: referToBus(reader, element, address, buses, openedBy),
      place: readPlace(reader, element, address),
      multifunction: readMultifunction(reader, element, address),
      node: readNumber(reader.childText(target, 'node', element)),
      busNr: busNr.state === 'absent' ? absent(busNr.owner, numbers.get(element)) : busNr,
      // Without one a port gets its controller's index (src/qemu/qemu_domain_address.c).
      chassis: chassis.state === 'absent' && isKnown(index) ? absent(chassis.owner, index.value) : chassis,
      slotNumber: absent(reader.label(element), 0),
    };
    buses.push(bus);
    sources.set(bus, element);
  }
  return buses;
}

const NO_NUMBERS: ReadonlyMap<XmlElement, number> = new Map();

/** The bus numbers of expanders without one; none where a number or an index is not known. */
function defaultBusNumbers(
  controllers: readonly XmlElement[],
  readIndex: (element: XmlElement) => Value<number>,
  readBusNr: (element: XmlElement) => Value<number>,
): ReadonlyMap<XmlElement, number> {
  if (!controllers.some(isExpander)) return NO_NUMBERS;
  const written: number[] = [];
  const open: { element: XmlElement; index: number }[] = [];
  for (const element of controllers) {
    const index = readIndex(element);
    const busNr = readBusNr(element);
    if (busNr.state === 'unknown' || !isKnown(index)) return NO_NUMBERS;
    if (isKnown(busNr)) written.push(busNr.value);
    else if (isExpander(element)) open.push({ element, index: index.value });
  }
  open.sort((a, b) => a.index - b.index);
  const numbers = libvirtBusNumbers(written, open.length);
  return new Map(numbers.map((number, i) => [open[i]!.element, number]));
}

function rootBus(reader: Reader, element: XmlElement): PciBus {
  const span = reader.label(element);
  const nothing = absent<never>(span);
  const controller = element.name.text === 'controller' ? element : undefined;
  return {
    kind: 'pci-bus',
    dialect: 'libvirt',
    role: 'root',
    model: (controller && modelOf(controller)) || 'root',
    span,
    label: span,
    id: known('0', span),
    parent: { id: nothing, target: { state: 'absent' } },
    place: nothing,
    multifunction: nothing,
    node: controller
      ? readNumber(reader.childText(child(controller, 'target'), 'node', controller))
      : nothing,
    busNr: nothing,
    chassis: nothing,
    slotNumber: nothing,
  };
}
