import { isOpen } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { PciBus, Plugged } from '../../guest/pci.ts';
import { busOf, pluggedName } from '../../guest/plugged.ts';
import { effective, isKnown, placeOf } from '../../guest/value.ts';
import { plugBelow } from '../affinity/placement.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'bus-is-index-not-busnr',
  reads: 'guest',
  only: 'libvirt',
  topic: 'structure',
  severity: 'warning',
  summary:
    'An address names an expander bus by its bus number, where libvirt wants the index of the controller.',
  explains: ['controller-index-missing', 'gpu-no-guest-affinity'],
  sources: [
    { title: 'libvirt: PCI topology and hotplug, the bus of an address', ref: 'docs/pci-addresses.rst' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const { buses, devices } = guest.pci;
    if (guest.dialect !== 'libvirt' || isOpen(buses)) return;
    const indexes = new Set(buses.items.map((bus) => effective(bus.id)));
    for (const item of [...buses.items, ...devices.items]) {
      const { id } = busOf(item);
      if (!isKnown(id) || indexes.has(id.value)) continue;
      const number = Number(id.value);
      const expander = buses.items.find((bus) => bus.role === 'expander' && effective(bus.busNr) === number);
      if (!expander) continue;
      const index = effective(expander.id);
      report({
        message:
          `${number} is the bus number of controller ${index}, but bus= names a controller by its index: libvirt makes ` +
          `controllers up to ${number} by itself, and ${pluggedName(item)} sits on the last of them, not below controller ${index}.`,
        at: id.span,
        about: item,
        related: [{ span: placeOf(expander.busNr), message: `Controller ${index} and its bus number.` }],
        fixes: fixesFor(guest, item, expander),
      });
    }
  },
});

function fixesFor(guest: Guest, item: Plugged, expander: PciBus): Fix[] {
  const changes =
    item.kind === 'device'
      ? plugBelow(guest, item, expander)
      : ([{ op: 'set', entity: item, field: 'bus', to: expander }] as const);
  if (!changes) return [];
  return [
    {
      title: `Plug it in below controller ${effective(expander.id)}`,
      applicability: 'suggestion',
      changes,
    },
  ];
}
