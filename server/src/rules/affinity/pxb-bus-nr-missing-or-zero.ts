import type { PciBus } from '../../guest/pci.ts';
import { atStart, busName, pluggedInto } from '../../guest/plugged.ts';
import { effective, placeOf } from '../../guest/value.ts';
import { defineRule } from '../define.ts';
import { busNumberFixes } from './busNumberFixes.ts';

export default defineRule({
  name: 'pxb-bus-nr-missing-or-zero',
  reads: 'guest',
  only: 'qemu',
  topic: 'affinity',
  severity: 'error',
  summary: "An expander bus has no bus number, or that of the machine's own root.",
  sources: [
    {
      title: 'QEMU: bus_nr is 0 unless it is written',
      ref: 'hw/pci-bridge/pci_expander_bridge.c: pxb_dev_properties',
    },
    {
      title: 'QEMU: Bridge chassis not specified',
      ref: 'hw/pci/slotid_cap.c: slotid_cap_init',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    for (const bus of guest.pci.buses.items) {
      // In XML libvirt finds a number, and refuses a 0.
      if (bus.dialect !== 'qemu' || bus.role !== 'expander' || effective(bus.busNr) !== 0) continue;
      const below = pluggedInto(guest, bus).length;
      const refused = bus.model === 'pxb';
      report({
        message: messageFor(bus, below, refused),
        at: bus.busNr.state === 'known' ? placeOf(bus.busNr) : bus.label,
        about: bus,
        ...(refused || below > 0 ? {} : { severity: 'warning' }),
        fixes: busNumberFixes(guest, bus),
      });
    }
  },
});

function messageFor(bus: PciBus, below: number, refused: boolean): string {
  const name = atStart(busName(bus));
  const fact =
    bus.busNr.state === 'known'
      ? `${name} has bus number 0`
      : `${name} has no bus_nr, which makes its bus number 0`;
  if (refused) {
    return (
      `${fact}, and its bridge counts by that number: QEMU stops with "Bridge chassis not specified. Each bridge ` +
      'is required to be assigned a unique chassis id > 0.".'
    );
  }
  const theirs = `${fact}, that of the machine's own root bus`;
  return below > 0
    ? `${theirs}: what hangs below it does not appear in the guest.`
    : `${theirs}: whatever is plugged into it will not appear in the guest.`;
}
