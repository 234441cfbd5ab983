import { findBusNumber } from '../../dialects/busNumbers.ts';
import { countBusNumbers } from '../../guest/busNumbers.ts';
import type { Guest } from '../../guest/guest.ts';
import type { PciBus } from '../../guest/pci.ts';
import { busName } from '../../guest/plugged.ts';
import type { Fix } from '../define.ts';

/** Gives an expander a number of its own, with room for all that hangs below it; none where none is free. */
export function busNumberFixes(guest: Guest, bus: PciBus): Fix[] {
  const number = findBusNumber(guest, countBusNumbers(guest, bus), bus);
  if (number === undefined) return [];
  return [
    {
      title: `Give ${busName(guest, bus)} bus number ${number}`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: bus, field: 'busNr', to: number }],
    },
  ];
}
