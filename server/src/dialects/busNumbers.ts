import { ALL_BUS_NUMBERS, busNumbersOf, endOf } from '../guest/busNumbers.ts';
import type { Guest } from '../guest/guest.ts';
import type { PciBus } from '../guest/pci.ts';
import { effective, isKnown } from '../guest/value.ts';

/**
 * Bus numbers for expanders, with room for 15 buses below each. 128 and up first, since firmware counts the
 * buses below the root from 1.
 */
const CANDIDATES = [128, 160, 192, 224, 96, 64, 144, 176, 208, 112, 80];

/** A run of bus numbers that something takes. */
export interface Numbers {
  readonly first: number;
  readonly count: number;
}

/**
 * The bus numbers that libvirt gives to expanders without one: each two below the lowest that there is, from 254
 * down (src/qemu/qemu_domain_address.c: qemuDomainAddressFindNewBusNr).
 * @param written the numbers of the others; @param count how many have none, in the order of their indexes.
 */
export function libvirtBusNumbers(written: readonly number[], count: number): number[] {
  let lowest = Math.min(ALL_BUS_NUMBERS, ...written);
  const numbers: number[] = [];
  while (numbers.length < count && lowest > 2) {
    lowest -= 2;
    numbers.push(lowest);
  }
  return numbers;
}

/**
 * A bus number for an expander, clear of those that the guest has and of what hangs below them.
 * @param count numbers it takes, its own included.
 * @param promised what the same set of changes gives to others.
 * @param renumbered the expanders whose numbers do not count, since they get other ones: the one that asks, too.
 * @returns undefined where a number of the guest is not known, or none is free.
 */
export function findBusNumber(
  guest: Guest,
  count: number,
  promised: readonly Numbers[],
  renumbered: readonly PciBus[],
): number | undefined {
  const isHidden = (bus: PciBus): boolean =>
    bus.role === 'expander' && bus.busNr.state === 'unknown' && !renumbered.includes(bus);
  if (guest.pci.buses.items.some(isHidden)) return undefined;
  const roomy = CANDIDATES.find((first) => fits({ first, count: Math.max(count, 16) }));
  if (roomy !== undefined) return roomy;
  // Libvirt takes numbers up to 254 only.
  for (let first = Math.min(254, ALL_BUS_NUMBERS - count); first > 0; first--) {
    if (fits({ first, count })) return first;
  }
  return undefined;

  function fits(wanted: Numbers): boolean {
    const others = [...othersBeside(guest, renumbered, wanted.first, promised), ...promised];
    return (
      endOf(wanted) <= ALL_BUS_NUMBERS &&
      others.every((other) => endOf(wanted) <= other.first || endOf(other) <= wanted.first)
    );
  }
}

/** The other roots as they are once `first` is written: in libvirt the numbers that nobody wrote depend on it. */
function othersBeside(
  guest: Guest,
  renumbered: readonly PciBus[],
  first: number,
  promised: readonly Numbers[],
): readonly Numbers[] {
  const others = busNumbersOf(guest).filter(({ bus }) => !renumbered.includes(bus));
  if (guest.dialect !== 'libvirt') return others;
  const isOpen = ({ bus }: { bus: PciBus }): boolean => bus.role === 'expander' && !isKnown(bus.busNr);
  const open = others
    .filter(isOpen)
    .sort((a, b) => Number(effective(a.bus.id)) - Number(effective(b.bus.id)));
  const written = others.filter(({ bus }) => isKnown(bus.busNr)).map((other) => other.first);
  const numbers = libvirtBusNumbers(
    [...written, first, ...promised.map((other) => other.first)],
    open.length,
  );
  return [
    ...others.filter((other) => !isOpen(other)),
    ...open.map(({ count }, i) => ({ first: numbers[i] ?? 0, count })),
  ];
}
