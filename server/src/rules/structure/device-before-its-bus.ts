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
    let makers: ReadonlyMap<string, readonly number[]> | undefined;
    for (let i = 0; i < order.length; i++) {
      const option = order[i]!;
      const bus = option.find('bus')?.value;
      if (!isKnown(bus)) continue;
      makers ??= makersById(order);
      const maker = laterMaker(bus.value, i, order, makers);
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

/** Where each id is given to a device, in the order in which the devices are made. */
function makersById(order: readonly Option[]): Map<string, number[]> {
  const makers = new Map<string, number[]>();
  for (let i = 0; i < order.length; i++) {
    const id = order[i]!.find('id')?.value;
    if (!isKnown(id)) continue;
    const others = makers.get(id.value);
    if (others) others.push(i);
    else makers.set(id.value, [i]);
  }
  return makers;
}

/** A device's own bus bears its id, or its id with a number: `vs0.0` is made by `vs0.0` or by `vs0`. */
function namesFor(bus: string): string[] {
  const names = [bus];
  for (let dot = bus.indexOf('.'); dot >= 0; dot = bus.indexOf('.', dot + 1)) names.push(bus.slice(0, dot));
  return names;
}

/** What makes a bus, where nothing does before the device at an index, and something does behind it. */
function laterMaker(
  bus: string,
  before: number,
  order: readonly Option[],
  makers: ReadonlyMap<string, readonly number[]>,
): Option | undefined {
  let later: number | undefined;
  for (const name of namesFor(bus)) {
    for (const index of makers.get(name) ?? NONE) {
      if (index < before) return undefined;
      if (index > before) later ??= index;
    }
  }
  return later === undefined ? undefined : order[later];
}

const NONE: readonly number[] = [];

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
