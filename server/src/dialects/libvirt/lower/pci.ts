import type { MachineType } from '../../../guest/machine.ts';
import type { Device, Pci } from '../../../guest/pci.ts';
import { absent, isKnown, type Value } from '../../../guest/value.ts';
import { attribute, children, isElement } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { mayGainChildren } from '../templates.ts';
import { isPlaceholder, type Reader } from '../values.ts';
import { lowerBuiltIn } from './builtIn.ts';
import { lowerBuses } from './buses.ts';
import { lowerIommus, lowerIrqchip } from './iommu.ts';
import { impliedBalloon, lowerDevice } from './pciDevices.ts';
import type { Sources } from './sources.ts';

/** What libvirt makes of the PCI devices and controllers of a domain (src/qemu/qemu_domain_address.c). */
export function lowerPci(
  reader: Reader,
  domain: XmlElement,
  machine: Value<MachineType>,
  sources: Sources,
): Pci {
  const lists = children(domain, 'devices');
  const elements: XmlElement[] = [];
  const open = (lists.length > 0 ? lists : [domain]).filter(mayGainChildren);
  for (const list of lists) {
    for (const node of list.children) if (isElement(node)) (isVague(node) ? open : elements).push(node);
  }
  const openedBy = open.map((element) => reader.label(element));
  const items = lowerBuses(reader, domain, elements, openedBy, sources);
  const unnamed = items.some((bus) => !isKnown(bus.id));
  const buses = { items, openedBy: unnamed ? [reader.label(domain), ...openedBy] : openedBy };
  const devices: Device[] = [];
  for (const element of elements) {
    const device = lowerDevice(reader, element, items, openedBy, sources);
    if (device) devices.push(device);
  }
  const balloon = openedBy.length === 0 ? impliedBalloon(reader, lists, items, sources) : undefined;
  if (balloon) devices.push(balloon);
  return {
    buses,
    devices: { items: devices, openedBy },
    builtIn: { items: lowerBuiltIn(machine, elements, openedBy.length > 0), openedBy },
    cxl: absent(reader.label(domain)),
    iommus: lowerIommus(reader, elements, openedBy, sources),
    irqchip: lowerIrqchip(reader, domain),
  };
}

/** A controller of which a template decides what it is. It may make any bus, or none. */
const isVague = (element: XmlElement): boolean =>
  element.name.text === 'controller' && (isFilledIn(element, 'type') || isFilledIn(element, 'model'));

const isFilledIn = (element: XmlElement, name: string): boolean =>
  isPlaceholder(attribute(element, name)?.value?.text ?? '');
