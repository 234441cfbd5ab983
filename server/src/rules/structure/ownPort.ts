import type { NewPort } from '../../guest/change.ts';
import type { Guest } from '../../guest/guest.ts';
import type { PciBus, Plugged } from '../../guest/pci.ts';
import { busOf, pluggedInto } from '../../guest/plugged.ts';
import { effective } from '../../guest/value.ts';
import type { Fix } from '../define.ts';

/** For a device on a port that another one has: a free port beside it, or one made for it. */
export function portFixes(guest: Guest, item: Plugged, port: PciBus): Fix[] {
  const { target } = busOf(port);
  if (target.state !== 'found') return [];
  const above = target.item;
  const free = guest.pci.buses.items.find(
    (bus) =>
      bus !== item &&
      bus.role === 'port' &&
      busOf(bus).target.state === 'found' &&
      pluggedInto(guest, above).includes(bus) &&
      pluggedInto(guest, bus).length === 0 &&
      effective(bus.id) !== undefined &&
      bus.span.start < item.span.start,
  );
  if (free) {
    return [
      {
        title: 'Move it to the free port beside that one',
        applicability: 'suggestion',
        changes: [{ op: 'set', entity: item, field: 'bus', to: free }],
      },
    ];
  }
  // A switch takes only ports of its own kind.
  if (above.role !== 'root' && above.role !== 'expander') return [];
  const created: NewPort = { kind: 'new-port', parent: above };
  return [
    {
      title: 'Give it a root port of its own',
      applicability: 'suggestion',
      changes: [
        { op: 'add', entity: created, before: item },
        { op: 'set', entity: item, field: 'bus', to: created },
      ],
    },
  ];
}
