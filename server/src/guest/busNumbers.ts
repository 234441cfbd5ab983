import { groupBy } from '../values/groupBy.ts';
import { oncePer } from '../values/oncePer.ts';
import type { Guest } from './guest.ts';
import type { PciBus } from './pci.ts';
import { rootOf } from './queries.ts';
import { effective } from './value.ts';

/** The bus numbers of one root: its own, and one for each bus below it, which firmware counts up from there. */
export interface BusNumbers {
  readonly bus: PciBus;
  readonly first: number;
  readonly count: number;
}

/** Numbers there are in all. */
export const ALL_BUS_NUMBERS = 256;

/** A conventional expander is a root with a bridge behind it, and that bridge has a bus of its own. */
const CONVENTIONAL = new Set(['pxb', 'pci-expander-bus']);

/**
 * How many bus numbers a root or an expander takes. Counted is what is certainly there; there may be more.
 * Source: the numbers that booted guests gave to such configurations.
 */
export function countBusNumbers(guest: Guest, root: PciBus): number {
  return 1 + (CONVENTIONAL.has(root.model) ? 1 : 0) + (busesUnder(guest).get(root)?.length ?? 0);
}

/** Ports and bridges by the root or expander that they hang below, directly or not. */
const busesUnder = oncePer(({ pci }: Guest) =>
  groupBy(pci.buses.items, (bus) =>
    bus.role === 'expander' || bus.role === 'root' ? undefined : rootOf(bus),
  ),
);

/** All roots whose number is known, by number. Numbers that no expander can have are left out: 0 is the machine's own. */
export const busNumbersOf = oncePer((guest: Guest): readonly BusNumbers[] => {
  const numbers: BusNumbers[] = [];
  for (const bus of guest.pci.buses.items) {
    const first = bus.role === 'root' ? 0 : bus.role === 'expander' ? effective(bus.busNr) : undefined;
    if (first === undefined || first >= ALL_BUS_NUMBERS) continue;
    if (first === 0 && bus.role === 'expander') continue;
    numbers.push({ bus, first, count: countBusNumbers(guest, bus) });
  }
  return numbers.sort((a, b) => a.first - b.first);
});

export const endOf = ({ first, count }: Pick<BusNumbers, 'first' | 'count'>): number => first + count;
