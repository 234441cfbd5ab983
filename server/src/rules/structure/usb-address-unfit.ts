import { HUB_PORTS, MOST_XHCI_PORTS, USB_PORTS, XHCI } from '../../catalogue/usbPorts.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  allDevicesOf,
  devicesOf,
  lacks,
  type Refusal,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';

export default defineRule({
  name: 'usb-address-unfit',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A USB device is on a bus, a hub or a port that is not there, or on one that another device has.',
  explains: ['invalid-value'],
  sources: [
    { title: 'libvirt: requested USB port not present on USB bus', ref: 'src/conf/domain_addr.c' },
    { title: "libvirt: Cannot parse <address> 'port' attribute", ref: 'src/conf/device_conf.c' },
    { title: 'libvirt: USB is disabled for this domain', ref: 'src/conf/domain_validate.c' },
    {
      title: "libvirt: '…' controller only supports up to '15' ports",
      ref: 'src/conf/domain_conf.c: virDomainControllerDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const controllers = devicesOf(context.domain, 'controller').filter(
      (controller) => word(controller, 'type') === 'usb',
    );
    for (const refusal of tooManyPorts(controllers)) tellRefusal(context, refusal);
    for (const refusal of placesOf(context, controllers)) tellRefusal(context, refusal);
  },
});

function* tooManyPorts(controllers: readonly XmlElement[]): Generator<Refusal> {
  for (const controller of controllers) {
    const model = word(controller, 'model') ?? '';
    const ports = Number(word(controller, 'ports'));
    if (!XHCI.has(model) || !(ports > MOST_XHCI_PORTS)) continue;
    yield {
      fact: `${ports} ports are more than a ${model} can have`,
      words: `'${model}' controller only supports up to '${MOST_XHCI_PORTS}' ports`,
      element: controller,
      attribute: 'ports',
      fixes: [writeAttribute(controller, 'ports', String(MOST_XHCI_PORTS))],
    };
  }
}

/** A bus with its free ports; undefined where there is no telling how many it has. */
type Ports = Map<string, number | undefined>;

function* placesOf(context: LibvirtContext, controllers: readonly XmlElement[]): Generator<Refusal> {
  const { domain } = context;
  const all = allDevicesOf(domain).filter(isOnUsb);
  if (all.length === 0 || children(domain, 'devices').some(mayGainChildren) || controllers.some(isOpen))
    return;
  if (controllers.some((controller) => word(controller, 'model') === 'none')) {
    yield* all.flatMap(withoutUsb);
    return;
  }
  const buses = busesOf(context, controllers);
  const hubs = all.filter(({ name }) => name.text === 'hub');
  const placed = new Map<string, XmlElement>();
  for (const hub of hubs) if (addressOf(hub)) buses.set(pathOf(addressOf(hub)!), HUB_PORTS);
  for (const device of all) {
    const address = addressOf(device);
    if (!address) continue;
    const refusal = misplaced(address, buses) ?? taken(device, address, placed);
    if (refusal) yield refusal;
  }
}

const isOpen = (controller: XmlElement): boolean =>
  ['index', 'model', 'ports'].some((name) => isPlaceholder(attribute(controller, name)?.value?.text ?? ''));

const isOnUsb = (device: XmlElement): boolean => {
  const { text } = device.name;
  if (text === 'hub' || text === 'redirdev') return true;
  if (text === 'input') return word(device, 'bus') === 'usb';
  return word(child(device, 'address'), 'type') === 'usb' && text !== 'controller';
};

const addressOf = (device: XmlElement): XmlElement | undefined => {
  const address = child(device, 'address');
  return word(address, 'type') === 'usb' ? address : undefined;
};

const busOf = (address: XmlElement): number => Number(word(address, 'bus') ?? 0);

const pathOf = (address: XmlElement): string => `${busOf(address)}:${word(address, 'port') ?? ''}`;

function withoutUsb(device: XmlElement): Refusal[] {
  const words: Readonly<Record<string, string>> = {
    hub: "Can't add USB hub: USB is disabled for this domain",
    input: "Can't add USB input device. USB bus is disabled",
  };
  const refusal = words[device.name.text];
  if (refusal === undefined) return [];
  return [
    {
      fact: `The guest has no USB, and a USB ${device.name.text}`,
      words: refusal,
      element: device,
      fixes: [removeElement(device)],
    },
  ];
}

/** The controllers by index; the one with index 0 is there whether it is written or not. */
function busesOf({ guest }: LibvirtContext, controllers: readonly XmlElement[]): Ports {
  const buses: Ports = new Map(controllers.length === 0 ? [['0', undefined]] : []);
  const isPc = guest.machine.type.state === 'known' && guest.machine.type.value.family === 'i440fx';
  for (const [i, controller] of controllers.entries()) {
    const index = Number(word(controller, 'index') ?? i);
    const model = word(controller, 'model') ?? (isPc ? 'piix3-uhci' : '');
    const own = Number(word(controller, 'ports') ?? Number.NaN);
    const ports = XHCI.has(model) && own > 0 ? own : USB_PORTS[model];
    const before = buses.get(String(index));
    // Companions share the bus of the controller of USB 2.
    const several = buses.has(String(index));
    buses.set(
      String(index),
      several && before === undefined ? undefined : Math.max(ports ?? 0, before ?? 0) || undefined,
    );
  }
  return buses;
}

function misplaced(address: XmlElement, buses: Ports): Refusal | undefined {
  const bus = busOf(address);
  const fixes = [removeElement(address, 'Leave the address to libvirt')];
  if (!buses.has(String(bus))) {
    // libvirt adds the first one where nobody wrote it (src/qemu/qemu_domain.c: qemuDomainDefAddDefaultDevices).
    if (bus === 0) return undefined;
    return {
      fact: `There is no USB controller with index ${bus}`,
      words: `USB bus ${bus} requested but no controller with that index is present`,
      element: address,
      attribute: 'bus',
      fixes,
    };
  }
  const port = word(address, 'port');
  if (port === undefined || lacks(address, 'port')) return undefined;
  if (!/^\d+(\.\d+){0,3}$/.test(port)) {
    return {
      fact: `${port === '' ? 'An empty text' : port} is no path of ports, which are four numbers at most with points between`,
      words: "Cannot parse <address> 'port' attribute",
      element: address,
      attribute: 'port',
      fixes,
    };
  }
  const steps = port.split('.');
  for (let depth = 1; depth <= steps.length; depth++) {
    const above = depth === 1 ? String(bus) : `${bus}:${steps.slice(0, depth - 1).join('.')}`;
    if (!buses.has(above)) return noHub(address, bus, port, steps.slice(0, depth - 1).join('.'), fixes);
    const ports = buses.get(above);
    const step = Number(steps[depth - 1]);
    // A zero ends the path, and a path without anything before it is none (src/conf/domain_addr.c: virDomainUSBAddressPortIsValid).
    if (step === 0) return undefined;
    if (ports !== undefined && step > ports) {
      const where = depth === 1 ? 'The controller' : 'The hub';
      return {
        fact: `${where} has ${ports} ports, and this is port ${step}`,
        words: `requested USB port ${port} not present on USB bus ${bus}`,
        element: address,
        attribute: 'port',
        fixes,
      };
    }
  }
  return undefined;
}

const noHub = (
  address: XmlElement,
  bus: number,
  port: string,
  hub: string,
  fixes: Refusal['fixes'] & object,
): Refusal => ({
  fact: `No hub is at port ${hub}`,
  words: `there is no hub at port ${hub.split('.').at(-1)} in USB address bus: ${bus} port: ${port}`,
  element: address,
  attribute: 'port',
  fixes,
});

function taken(
  device: XmlElement,
  address: XmlElement,
  placed: Map<string, XmlElement>,
): Refusal | undefined {
  const port = word(address, 'port');
  if (port === undefined) return undefined;
  const first = placed.get(pathOf(address));
  placed.set(pathOf(address), first ?? device);
  return first
    ? {
        fact: `Port ${port} is taken by an earlier <${first.name.text}>`,
        words: `Duplicate USB address bus ${busOf(address)} port ${port}`,
        element: address,
        attribute: 'port',
        beside: { element: first, message: 'Taken by this one.' },
        fixes: [removeElement(address, 'Leave the address to libvirt')],
      }
    : undefined;
}
