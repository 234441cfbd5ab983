import { groupBy } from '../values/groupBy.ts';
import { oncePer } from '../values/oncePer.ts';
import type { Reference } from './entity.ts';
import type { Guest } from './guest.ts';
import type { PciBus, Plugged, SlotFunction } from './pci.ts';
import { effective } from './value.ts';

/** The bus that a device, or the controller of a further bus, is plugged into. */
export const busOf = (item: Plugged): Reference<PciBus> => (item.kind === 'device' ? item.bus : item.parent);

/**
 * True where something certainly sits on a bus, directly. What names a controller that is not there hangs below the
 * root in the end, but on a bus of its own.
 */
export const isOn = (item: Plugged, bus: PciBus): boolean => {
  const { id, target } = busOf(item);
  const named = effective(id);
  return (
    target.state === 'found' && target.item === bus && (named === undefined || named === effective(bus.id))
  );
};

/** Devices and controllers that sit directly on a bus, in the order of the document, devices last. */
export const pluggedInto = (guest: Guest, bus: PciBus): readonly Plugged[] =>
  byBus(guest).get(bus) ?? NOTHING;

const NOTHING: readonly Plugged[] = [];

const byBus = oncePer(({ pci: { buses, devices } }: Guest) =>
  groupBy([...buses.items, ...devices.items], (item) => {
    const { target } = busOf(item);
    return target.state === 'found' && isOn(item, target.item) ? target.item : undefined;
  }),
);

/** The place of a device, written or as QEMU chooses it; undefined where it cannot be told, or where there is none left. */
export function placeOn(item: Plugged): SlotFunction | undefined {
  const place = effective(item.place);
  return place && place.slot < 32 ? place : undefined;
}

/** `5.1`, hexadecimal as everybody writes it. */
export const formatPlace = ({ slot, fn }: SlotFunction): string => `${slot.toString(16)}.${fn}`;

/** The first slot from `from` on that nothing is known to sit in; undefined where all are taken. */
export function freeSlot(guest: Guest, bus: PciBus, from: number): number | undefined {
  const taken = new Set(pluggedInto(guest, bus).map((item) => placeOn(item)?.slot));
  if (bus.role === 'root') for (const { place } of guest.pci.builtIn.items) taken.add(place.slot);
  for (let slot = from; slot < 32; slot++) if (!taken.has(slot)) return slot;
  return undefined;
}

/** What to call a bus in a message. */
export function busName(bus: PciBus): string {
  const id = effective(bus.id);
  if (bus.dialect === 'qemu') return id ?? `the ${bus.model}`;
  return id === undefined ? `the ${bus.model}` : `controller ${id}`;
}

/** What to call a device in a message: QEMU's driver, libvirt's element. */
export function pluggedName(item: Plugged): string {
  if (item.kind === 'pci-bus') return busName(item);
  const driver = effective(item.driver) ?? 'this device';
  if (item.dialect === 'qemu' || item.role === 'display') return driver;
  if (item.role === 'passthrough') return 'the passed-through device';
  return driver === 'virtio-balloon-pci' ? 'the memory balloon' : `<${driver}>`;
}

/** A name as the first words of a sentence: those of QEMU and of users stay as they are. */
export const atStart = (name: string): string =>
  /^(the|this|controller) /.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;

/** `0000:01:00.0`, as libvirt calls a place in a guest. */
export function libvirtAddress(bus: PciBus, { slot, fn }: SlotFunction): string {
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  return `0000:${hex(Number(effective(bus.id) ?? 0))}:${hex(slot)}.${fn}`;
}
