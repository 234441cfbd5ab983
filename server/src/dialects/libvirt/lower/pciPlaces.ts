import { type Found, findById } from '../../../guest/collection.ts';
import type { Reference } from '../../../guest/entity.ts';
import type { PciBus, SlotFunction } from '../../../guest/pci.ts';
import { absent, isKnown, known, mapValue, type Value } from '../../../guest/value.ts';
import { attribute, children } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import type { Span } from '../../../text/span.ts';
import type { PciAddress } from '../../../values/pciAddress.ts';
import { parseLibvirtNumber, type Reader, readNumber } from '../values.ts';

/**
 * The guest address of a device: not the one inside its <source>, which is the host's. One of zeros is none: libvirt
 * then chooses (src/util/virpci.c: virPCIDeviceAddressIsEmpty).
 */
export function addressOf(element: XmlElement): XmlElement | undefined {
  for (const address of children(element, 'address')) {
    if (attribute(address, 'type')?.value?.text !== 'pci') continue;
    const isEmpty = isZero(address, 'slot') && isZero(address, 'bus') && isZero(address, 'domain');
    return isEmpty ? undefined : address;
  }
  return undefined;
}

function isZero(address: XmlElement, name: string): boolean {
  const found = attribute(address, name);
  return !found || (found.value !== undefined && parseLibvirtNumber(found.value.text) === 0);
}

/**
 * The bus a device sits on, resolved when it is asked for, since controllers may stand in any order. Without an
 * address, or with the index of a controller that is not there, libvirt adds a port on the machine's root.
 */
export function referToBus(
  reader: Reader,
  element: XmlElement,
  address: XmlElement | undefined,
  buses: readonly PciBus[],
  openedBy: readonly Span[],
): Reference<PciBus> {
  const written: Value<string> = address
    ? mapValue(readNumber(reader.attribute(address, 'bus', address)), String)
    : absent(reader.label(element));
  // An address without bus= is one on bus 0.
  const id = address && written.state === 'absent' ? absent(written.owner, '0') : written;
  return new BusReference(id, buses, openedBy);
}

class BusReference implements Reference<PciBus> {
  readonly id: Value<string>;
  readonly #buses: readonly PciBus[];
  readonly #openedBy: readonly Span[];

  constructor(id: Value<string>, buses: readonly PciBus[], openedBy: readonly Span[]) {
    this.id = id;
    this.#buses = buses;
    this.#openedBy = openedBy;
  }

  get target(): Found<PciBus> {
    const root: Found<PciBus> = { state: 'found', item: this.#buses[0]! };
    if (this.id.state === 'unknown') return { state: 'unknown' };
    if (this.id.state === 'absent') return root;
    const found = findById({ items: this.#buses, openedBy: this.#openedBy }, this.id.value);
    return found.state === 'absent' ? root : found;
  }
}

export function readPlace(
  reader: Reader,
  element: XmlElement,
  address: XmlElement | undefined,
): Value<SlotFunction> {
  if (!address) return absent(reader.label(element));
  const slot = readNumber(reader.attribute(address, 'slot', address));
  const fn = readNumber(reader.attribute(address, 'function', address));
  if (slot.state === 'unknown') return slot;
  if (fn.state === 'unknown') return fn;
  const place = { slot: isKnown(slot) ? slot.value : 0, fn: isKnown(fn) ? fn.value : 0 };
  return known(place, reader.label(address));
}

/** libvirt says it of function 0 by itself where other functions ask for it, but not against an explicit `off`. */
export function readMultifunction(
  reader: Reader,
  element: XmlElement,
  address: XmlElement | undefined,
): Value<boolean> {
  if (!address) return absent(reader.label(element));
  return mapValue(reader.attribute(address, 'multifunction', address), (text) =>
    text === 'on' ? true : text === 'off' ? false : undefined,
  );
}

/** The address of the host's device, as it stands in a <source>. */
export function readHostAddress(reader: Reader, address: XmlElement): Value<PciAddress> {
  const part = (name: string): Value<number> => readNumber(reader.attribute(address, name, address));
  const parts = [part('domain'), part('bus'), part('slot'), part('function')] as const;
  const gap = parts.find((value) => value.state === 'unknown');
  if (gap?.state === 'unknown') return gap;
  const [domain, bus, slot, fn] = parts.map((value) => (isKnown(value) ? value.value : 0));
  return known({ domain: domain!, bus: bus!, slot: slot!, fn: fn! }, reader.label(address));
}
