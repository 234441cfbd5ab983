import { MOST_XHCI_PORTS, XHCI } from '../../catalogue/usbPorts.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  allDevicesOf,
  lacks,
  type Refusal,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';
import { placedDevicesOf } from './addresses.ts';
import { controllersOf } from './controllers.ts';
import { addressOf, busOf, isOnUsb, isOpen, type Ports, pathOf, portsOf } from './usbPlaces.ts';

export default defineRule({
  name: 'usb-address-unfit',
  reads: 'libvirt',
  concerns: ['address', 'controller'],
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
    const controllers = controllersOf(context.domain, 'usb');
    for (const refusal of tooManyPorts(controllers)) tellRefusal(context, refusal);
    for (const refusal of unfitAddresses(context, controllers)) tellRefusal(context, refusal);
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

function* unfitAddresses(context: LibvirtContext, controllers: readonly XmlElement[]): Generator<Refusal> {
  const { domain } = context;
  const hasNone = controllers.some((controller) => word(controller, 'model') === 'none');
  if (!hasNone && !placedDevicesOf(domain).some(({ type }) => type === 'usb')) return;
  const all = allDevicesOf(domain).filter(isOnUsb);
  if (all.length === 0 || children(domain, 'devices').some(mayGainChildren) || controllers.some(isOpen))
    return;
  if (hasNone) {
    yield* all.flatMap(withoutUsb);
    return;
  }
  const ports = portsOf(context, controllers, all);
  const placed = new Map<string, XmlElement>();
  for (const device of all) {
    const address = addressOf(device);
    if (!address) continue;
    const refusal = misplaced(address, ports) ?? taken(device, address, placed);
    if (refusal) yield refusal;
  }
}

function withoutUsb(device: XmlElement): Refusal[] {
  const words: Readonly<Record<string, string>> = {
    hub: "Can't add USB hub: USB is disabled for this domain",
    input: "Can't add USB input device. USB bus is disabled",
    hostdev: "Can't add host USB device: USB is disabled in this host",
  };
  const others = 'USB is disabled for this domain, but USB devices are present in the domain XML';
  return [
    {
      fact: `The guest has no USB, and a USB ${device.name.text}`,
      words: words[device.name.text] ?? others,
      element: device,
      fixes: [removeElement(device)],
    },
  ];
}

function misplaced(address: XmlElement, all: Ports): Refusal | undefined {
  const bus = busOf(address);
  const fixes = [removeElement(address, 'Leave the address to libvirt')];
  if (!all.has(String(bus))) {
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
    if (!all.has(above)) return noHub(address, bus, port, steps.slice(0, depth - 1).join('.'), fixes);
    const ports = all.get(above);
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
