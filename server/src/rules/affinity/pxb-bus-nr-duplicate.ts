import { atStart, busName } from '../../guest/plugged.ts';
import { effective, isKnown, placeOf } from '../../guest/value.ts';
import { defineRule } from '../define.ts';
import { busNumberFixes } from './busNumberFixes.ts';

export default defineRule({
  name: 'pxb-bus-nr-duplicate',
  reads: 'guest',
  topic: 'affinity',
  severity: 'error',
  summary: 'Two expander buses have the same bus number.',
  explains: ['pxb-bus-nr-missing-or-zero', 'pxb-bus-nr-room'],
  sources: [
    {
      title: 'QEMU: Bus … is already in use',
      ref: 'hw/pci-bridge/pci_expander_bridge.c: pxb_register_bus',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const expanders = guest.pci.buses.items.filter(({ role }) => role === 'expander');
    for (const [i, bus] of expanders.entries()) {
      const number = effective(bus.busNr);
      if (number === undefined || number > 255) continue;
      const earlier = expanders.slice(0, i).find((other) => effective(other.busNr) === number);
      if (!earlier) continue;
      const has = isKnown(bus.busNr)
        ? `has bus number ${number}`
        : `has no bus number, which makes it ${number},`;
      report({
        message:
          `${atStart(busName(bus))} ${has} like ${busName(earlier)}: ` +
          `${bus.dialect === 'qemu' ? 'QEMU stops' : 'the guest does not start'} with "Bus ${number} is already in use".`,
        at: isKnown(bus.busNr) ? bus.busNr.span : bus.label,
        about: bus,
        related: [{ span: placeOf(earlier.busNr), message: `Bus number ${number} of ${busName(earlier)}.` }],
        fixes: busNumberFixes(guest, bus),
      });
    }
  },
});
