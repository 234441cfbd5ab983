import { creationOrder } from '../../dialects/qemu/lower/pci.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

export default defineRule({
  name: 'device-before-its-bus',
  reads: 'qemu',
  topic: 'structure',
  severity: 'error',
  summary: 'A device stands before the device that makes its bus.',
  explains: ['gpu-no-guest-affinity'],
  sources: [{ title: "QEMU: Bus '…' not found", ref: 'softmmu/qdev-monitor.c: qbus_find' }],
  since: '0.1.0',
  check(context) {
    const order = creationOrder(context.line);
    for (const [i, option] of order.entries()) {
      const bus = option.find('bus')?.value;
      if (!isKnown(bus) || order.slice(0, i).some((earlier) => makesBus(earlier, bus.value))) continue;
      const maker = order.slice(i + 1).find((later) => makesBus(later, bus.value));
      if (!maker) continue;
      const name = isKnown(option.head) ? option.head.value : 'This device';
      context.report({
        message:
          `${name} is plugged into ${bus.value}, which is only made further on: QEMU makes devices in their ` +
          `order and stops with "Bus '${bus.value}' not found".`,
        at: bus.span,
        about: deviceOf(context, option) ?? option,
        related: [{ span: maker.span, message: `${bus.value} is made here.` }],
        fixes: fixesFor(option, maker),
      });
    }
  },
});

/** A device's own bus bears its id, or its id with a number: `vs0.0` of virtio-serial. */
function makesBus(option: Option, bus: string): boolean {
  const id = option.value('id');
  return isKnown(id) && (bus === id.value || bus.startsWith(`${id.value}.`));
}

const deviceOf = ({ guest, sources }: QemuContext, option: Option): object | undefined =>
  [...guest.pci.devices.items, ...guest.pci.buses.items].find((item) => sources.get(item) === option);

function fixesFor(option: Option, maker: Option): Fix[] {
  // QEMU makes the devices in JSON last, so moving the option would change nothing.
  if (maker.json && !option.json) return [];
  return [
    {
      title: 'Move the device behind its bus',
      applicability: 'safe',
      changes: [{ op: 'move-option', option, after: maker }],
    },
  ];
}
