import type { Guest } from '../guest/guest.ts';
import { isKnown } from '../guest/value.ts';
import { CannotWrite } from './change.ts';

/**
 * Bus numbers for expanders, with room for 15 buses below each. 128 and up first, since firmware counts the
 * buses below the root from 1.
 */
const CANDIDATES = [128, 160, 192, 224, 96, 64, 144, 176, 208, 112, 80];

/** What libvirt gives to expanders without busNr, the first and then downwards by two (rules of the domain, 15.5). */
const LIBVIRT_DEFAULT = 254;

/**
 * A bus number for a new expander, clear of those that the guest has.
 * @param skip how many such numbers were given out already in the same set of changes.
 * @throws CannotWrite where the number of an expander is not known, or none is free.
 */
export function freeBusNumber(guest: Guest, skip = 0): number {
  const expanders = guest.pci.buses.items.filter((bus) => bus.role === 'expander');
  const used = expanders.map((bus, i) => {
    if (bus.busNr.state === 'unknown') throw new CannotWrite('the bus number of an expander is not known');
    if (isKnown(bus.busNr)) return bus.busNr.value;
    return guest.dialect === 'libvirt' ? LIBVIRT_DEFAULT - 2 * i : 0;
  });
  const free = CANDIDATES.filter((candidate) => used.every((number) => Math.abs(number - candidate) > 15));
  const number = free[skip];
  if (number === undefined) throw new CannotWrite('no bus number with room below it is free');
  return number;
}
