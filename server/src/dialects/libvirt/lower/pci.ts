import type { MachineType } from '../../../guest/machine.ts';
import type { Pci } from '../../../guest/pci.ts';
import { absent, isKnown, type Value } from '../../../guest/value.ts';
import { attribute, childElements, children } from '../../../syntax/xml/query.ts';
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
  const all = lists.flatMap(childElements);
  const elements = all.filter((element) => !isVague(element));
  const openedBy = [
    ...(lists.length > 0 ? lists : [domain]).filter(mayGainChildren),
    ...all.filter(isVague),
  ].map((element) => reader.label(element));
  const items = lowerBuses(reader, domain, elements, openedBy, sources);
  const unnamed = items.some((bus) => !isKnown(bus.id));
  const buses = { items, openedBy: unnamed ? [reader.label(domain), ...openedBy] : openedBy };
  const devices = elements.flatMap((element) => lowerDevice(reader, element, items, openedBy, sources));
  if (openedBy.length === 0) devices.push(...impliedBalloon(reader, lists, items, sources));
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
  element.name.text === 'controller' &&
  ['type', 'model'].some((name) => isPlaceholder(attribute(element, name)?.value?.text ?? ''));
