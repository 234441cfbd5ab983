import { ALL_BUS_NUMBERS, type BusNumbers, busNumbersOf, endOf } from '../../guest/busNumbers.ts';
import { atStart, busName } from '../../guest/plugged.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule, type GuestContext } from '../define.ts';
import { busNumberFixes } from './busNumberFixes.ts';

export default defineRule({
  name: 'pxb-bus-nr-room',
  reads: 'guest',
  topic: 'affinity',
  severity: 'error',
  // libvirt defines and starts it without a word; only the guest shows what is missing.
  severityIn: { libvirt: 'warning' },
  summary: 'The buses below an expander bus need more bus numbers than there are up to the next one.',
  sources: [
    { title: 'libvirt: busNr leaves room for the buses below', ref: 'formatdomain: controllers, busNr' },
    {
      title: 'libvirt: numbers where none is written',
      ref: 'src/qemu/qemu_domain_address.c: qemuDomainAddressFindNewBusNr',
    },
  ],
  since: '0.1.0',
  check(context) {
    const all = busNumbersOf(context.guest);
    for (const own of all) {
      const next = all.find(({ first }) => first > own.first);
      if (own.bus.role === 'root') {
        if (next && endOf(own) > next.first) reportRoot(context, own, next);
      } else if (endOf(own) > (next?.first ?? ALL_BUS_NUMBERS)) {
        reportExpander(context, own, next);
      }
    }
  },
});

const range = (first: number, end: number): string =>
  end - first === 1 ? `number ${first}` : `numbers ${first} to ${end - 1}`;

function reportExpander(
  { guest, report }: GuestContext,
  own: BusNumbers,
  next: BusNumbers | undefined,
): void {
  const name = busName(own.bus);
  const has = isKnown(own.bus.busNr) ? `has bus number ${own.first}` : `gets bus number ${own.first}`;
  const below = own.count === 2 ? 'the bus below it takes' : `the ${own.count - 1} buses below it take`;
  const clash = next
    ? `but ${busName(next.bus)} has ${next.first}: devices below ${name} do not appear in the guest`
    : `but 255 is the last one: the firmware of the guest hangs`;
  report({
    // libvirt's own test data holds such a line, and QEMU takes it: only the boot shows what comes of it.
    ...(next ? {} : { severity: 'warning' }),
    message: `${atStart(name)} ${has}, and ${below} the ${range(own.first + 1, endOf(own))}, ${clash}.`,
    at: isKnown(own.bus.busNr) ? own.bus.busNr.span : own.bus.label,
    about: own.bus,
    ...(next ? { related: [relatedTo(next)] } : {}),
    fixes: busNumberFixes(guest, own.bus),
  });
}

function reportRoot({ guest, report }: GuestContext, root: BusNumbers, next: BusNumbers): void {
  const name = busName(next.bus);
  const has = isKnown(next.bus.busNr) ? 'has' : 'gets';
  report({
    message:
      `The root bus and the ${root.count - 1 === 1 ? 'bus' : `${root.count - 1} buses`} below it take the ` +
      `${range(0, endOf(root))}, but ${name} ${has} ${next.first}: devices behind the ports of the root bus do not appear in the guest.`,
    at: isKnown(next.bus.busNr) ? next.bus.busNr.span : next.bus.label,
    about: next.bus,
    fixes: busNumberFixes(guest, next.bus),
  });
}

const relatedTo = ({ bus, first }: BusNumbers) => ({
  span: isKnown(bus.busNr) ? bus.busNr.span : bus.label,
  message: `Bus number ${first} of ${busName(bus)}.`,
});
