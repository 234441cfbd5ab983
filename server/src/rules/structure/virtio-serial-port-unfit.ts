import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, removeElement, tellRefusal, word } from '../refusal.ts';

/** Ports of a controller that does not say how many it has. */
const PORTS = 31;

/** What can be at a port. */
const DEVICES = ['console', 'channel'];

export default defineRule({
  name: 'virtio-serial-port-unfit',
  reads: 'libvirt',
  concerns: ['port'],
  topic: 'structure',
  severity: 'error',
  summary: 'A channel is at a port of virtio-serial that is taken, or not there.',
  explains: ['invalid-value'],
  sources: [
    {
      title: 'libvirt: virtio serial port … is already occupied',
      ref: 'src/conf/domain_addr.c: virDomainVirtioSerialAddrReserve',
    },
  ],
  since: '0.1.0',
  check(context) {
    const controllers = devicesOf(context.domain, 'controller').filter(
      (controller) => word(controller, 'type') === 'virtio-serial',
    );
    const seen = new Map<string, XmlElement>();
    for (const device of DEVICES.flatMap((name) => devicesOf(context.domain, name))) {
      const address = child(device, 'address');
      if (!address || word(address, 'type') !== 'virtio-serial') continue;
      const controller = parseLibvirtNumber(word(address, 'controller') ?? '0');
      const port = parseLibvirtNumber(word(address, 'port') ?? '');
      if (controller === undefined || port === undefined) continue;
      const count = portsOf(controllers, controller);
      const first = seen.get(`${controller} ${port}`);
      seen.set(`${controller} ${port}`, first ?? address);
      const words = first
        ? `virtio serial port ${port} on controller ${controller} is already occupied`
        : count !== undefined && port >= count
          ? `virtio serial controller ${controller} does not have port ${port}`
          : undefined;
      if (words === undefined) continue;
      tellRefusal(context, {
        fact: first
          ? `Port ${port} of controller ${controller} is taken by another device`
          : `Controller ${controller} has ${count} ports, numbered from 0`,
        words,
        element: address,
        attribute: 'port',
        ...(first ? { beside: { element: first, message: 'By this one.' } } : {}),
        fixes: [removeElement(address, 'Leave the address to libvirt')],
      });
    }
  },
});

function portsOf(controllers: readonly XmlElement[], index: number): number | undefined {
  const found = controllers.find((each) => parseLibvirtNumber(word(each, 'index') ?? '0') === index);
  const text = found && word(found, 'ports');
  if (!found || found.attributes.every(({ name }) => name.text !== 'ports')) return PORTS;
  return text === undefined ? undefined : parseLibvirtNumber(text);
}
