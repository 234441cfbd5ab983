import { isOpen } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { PciBus, Plugged } from '../../guest/pci.ts';
import { atStart, busName, busOf, placeOn, pluggedInto, pluggedName } from '../../guest/plugged.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';

export default defineRule({
  name: 'function-without-function0',
  reads: 'guest',
  topic: 'structure',
  severity: 'error',
  // libvirt defines and starts it without a word; only the guest shows what is missing.
  severityIn: { libvirt: 'warning' },
  summary:
    'A device is a further function of a slot whose function 0 is missing, or does not announce further ones.',
  sources: [
    {
      title: "QEMU: PCI: single function device can't be populated in function",
      ref: 'hw/pci/pci.c: pci_init_multifunction',
    },
    { title: 'Linux looks at function 0 first', ref: 'drivers/pci/probe.c: pci_scan_slot' },
  ],
  since: '0.1.0',
  check(context) {
    // Other machines show the guest what they like of these places (zPCI).
    if (effective(context.guest.machine.type)?.family === 'other') return;
    for (const bus of context.guest.pci.buses.items) {
      const all = pluggedInto(context.guest, bus);
      if (!all.some(isFurther)) continue;
      const items = all.filter((item) => placeOn(item));
      for (const slot of new Set(items.map((item) => placeOn(item)!.slot))) {
        checkSlot(
          context,
          bus,
          slot,
          items.filter((item) => placeOn(item)!.slot === slot),
        );
      }
    }
  },
});

/** Whether it is known to be a further function of its slot. */
const isFurther = (item: Plugged): boolean => (placeOn(item)?.fn ?? 0) > 0;

function checkSlot(context: GuestContext, bus: PciBus, slot: number, items: readonly Plugged[]): void {
  const { guest } = context;
  const further = items.filter(isFurther);
  const first = further[0];
  if (!first) return;
  const zero = items.find((item) => placeOn(item)!.fn === 0);
  const part =
    bus.role === 'root'
      ? guest.pci.builtIn.items.find(({ place }) => place.slot === slot && place.fn === 0)
      : undefined;
  if (zero) {
    const announces = effective(zero.multifunction);
    // What libvirt is not told it does by itself.
    const single =
      zero.dialect === 'libvirt'
        ? announces === false
        : announces !== true && zero.multifunction.state !== 'unknown';
    if (single) reportSingle(context, slot, zero, further);
  } else if (part) {
    if (!part.multifunction) reportBuiltIn(context, slot, part.name, first);
  } else if (isComplete(guest, bus)) {
    reportMissing(context, bus, slot, first);
  }
}

/** True where all that sits on the bus is known, with its place. */
const isComplete = (guest: Guest, bus: PciBus): boolean =>
  !isOpen(guest.pci.devices) &&
  (bus.role !== 'root' || !isOpen(guest.pci.builtIn)) &&
  [...guest.pci.buses.items, ...guest.pci.devices.items].every(
    (item) =>
      (busOf(item).target.state !== 'unknown' || (item.kind === 'device' && item.role === 'other')) &&
      item.place.state !== 'unknown',
  );

function reportSingle(
  { report }: GuestContext,
  slot: number,
  zero: Plugged,
  further: readonly Plugged[],
): void {
  const hex = slot.toString(16);
  const fixes: Fix[] = [
    {
      title: 'Announce further functions: multifunction=on',
      applicability: 'safe',
      changes: [{ op: 'set', entity: zero, field: 'multifunction', to: true }],
    },
  ];
  // QEMU stops at the one that comes second, whichever that is.
  const other = further[0]!;
  const [second, first] = other.span.start < zero.span.start ? [zero, other] : [other, zero];
  const place = `${hex}.${placeOn(other)!.fn}`;
  const words =
    second === zero
      ? `PCI: ${hex}.0 indicates single function, but ${place} is already populated.`
      : `PCI: single function device can't be populated in function ${place}`;
  report({
    message:
      `${atStart(pluggedName(zero))} in ${hex}.0 does not say that the slot has further functions, such as ${place}: ` +
      `${zero.dialect === 'qemu' ? 'QEMU stops' : 'the guest does not start'} with "${words}".`,
    // An explicit off is somebody's decision, a test's for example; a word left out is a mistake.
    ...(isKnown(zero.multifunction) ? { severity: 'warning' } : {}),
    at: isKnown(second.place) ? second.place.span : second.label,
    about: second,
    related: [{ span: first.label, message: `${second === zero ? place : `${hex}.0`} is this one.` }],
    fixes,
  });
}

function reportBuiltIn({ report }: GuestContext, slot: number, name: string, item: Plugged): void {
  const hex = slot.toString(16);
  const { fn } = placeOn(item)!;
  report({
    message:
      `${atStart(pluggedName(item))} is to be function ${fn} of slot ${hex}, which ${name} has for itself: QEMU stops with ` +
      `"PCI: single function device can't be populated in function ${hex}.${fn}".`,
    at: isKnown(item.place) ? item.place.span : item.label,
    about: item,
    fixes: [
      {
        title: 'Leave the place to QEMU',
        applicability: 'suggestion',
        changes: [{ op: 'set', entity: item, field: 'place', to: undefined }],
      },
    ],
  });
}

function reportMissing({ report }: GuestContext, bus: PciBus, slot: number, item: Plugged): void {
  const { fn } = placeOn(item)!;
  const name = pluggedName(item);
  report({
    message:
      `${atStart(name)} is function ${fn} of slot ${slot.toString(16)} of ${busName(bus)}, ` +
      'and nothing is function 0 there: the guest looks at function 0 first, and does not find the others.',
    at: isKnown(item.place) ? item.place.span : item.label,
    about: item,
    fixes: [
      {
        title: 'Make it function 0',
        applicability: 'suggestion',
        changes: [{ op: 'set', entity: item, field: 'place', to: { slot, fn: 0 } }],
      },
    ],
  });
}
