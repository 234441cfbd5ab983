import { findBusNumber, type Numbers } from '../../dialects/busNumbers.ts';
import { countBusNumbers } from '../../guest/busNumbers.ts';
import type { ModelChange } from '../../guest/change.ts';
import type { Guest } from '../../guest/guest.ts';
import type { PciBus } from '../../guest/pci.ts';
import { busName } from '../../guest/plugged.ts';
import type { Fix } from '../define.ts';

/** Gives an expander a number of its own, with room for all that hangs below it; none where none is free. */
export function busNumberFixes(guest: Guest, bus: PciBus): Fix[] {
  const number = findBusNumber(guest, countBusNumbers(guest, bus), [], [bus]);
  if (number === undefined) return [];
  return [
    {
      title: `Give ${busName(bus)} bus number ${number}`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: bus, field: 'busNr', to: number }],
    },
  ];
}

/**
 * Numbers for expanders that libvirt would number itself, where their room depends on it: libvirt gives each two numbers
 * only, below the lowest that is written, so that a number for one more expander may take the room from another.
 */
export function writeBusNumbers(guest: Guest): ModelChange[] {
  if (guest.dialect !== 'libvirt') return [];
  const crowded = guest.pci.buses.items.filter(
    (bus) => bus.role === 'expander' && bus.busNr.state === 'absent' && countBusNumbers(guest, bus) > 2,
  );
  const promised: Numbers[] = [];
  return crowded.flatMap((entity): ModelChange[] => {
    const count = countBusNumbers(guest, entity);
    const first = findBusNumber(guest, count, promised, crowded);
    if (first === undefined) return [];
    promised.push({ first, count });
    return [{ op: 'set', entity, field: 'busNr', to: first }];
  });
}
