import { countBusNumbers } from '../../guest/busNumbers.ts';
import type { NewEntity, NewExpander, NewPort, PciSetting } from '../../guest/change.ts';
import type { PciBus } from '../../guest/pci.ts';
import { busOf, freeSlot } from '../../guest/plugged.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { TextEdit } from '../../text/edit.ts';
import { parsePciAddress } from '../../values/pciAddress.ts';
import { findBusNumber, type Numbers } from '../busNumbers.ts';
import { CannotWrite } from '../change.ts';
import type { LibvirtVariant } from '../document.ts';
import type { ElementTemplate } from './change.ts';
import { addressOf } from './lower/pciPlaces.ts';
import { addElement, removeAttribute, removeElement, setAttribute } from './places.ts';
import { setHost } from './writeHandOver.ts';

const hex = (value: number, width = 2): string => `0x${value.toString(16).padStart(width, '0')}`;

const asAddress = (bus: number, slot: number, fn: number): Record<string, string> => ({
  type: 'pci',
  domain: '0x0000',
  bus: hex(bus),
  slot: hex(slot),
  function: hex(fn, 1),
});

/** Writes what one set of changes does to PCI controllers and devices. */
export class PciWriter {
  readonly #text: string;
  readonly #variant: LibvirtVariant;
  readonly #indexes = new Map<NewEntity, number>();
  readonly #promised: Numbers[] = [];
  readonly #renumbered: PciBus[] = [];
  readonly #slots = new Map<object, number>();

  constructor(text: string, variant: LibvirtVariant) {
    this.#text = text;
    this.#variant = variant;
  }

  set(element: XmlElement, change: PciSetting): TextEdit[] {
    switch (change.field) {
      case 'bus':
        return this.#setBus(element, change);
      case 'place': {
        const address = addressOf(element);
        if (!change.to) return address ? [removeElement(this.#text, address)] : [];
        const bus = effective(busOf(change.entity).id);
        if (bus === undefined) throw new CannotWrite('the bus is not known');
        return this.#setAddress(element, Number(bus), change.to.slot, change.to.fn);
      }
      case 'multifunction': {
        const address = addressOf(element);
        if (!address) throw new CannotWrite('the device has no address');
        return [setAttribute(address, 'multifunction', change.to ? 'on' : 'off')];
      }
      case 'model':
        return [setAttribute(element, 'model', change.to)];
      case 'node':
        return this.#setNode(element, change.to);
      case 'busNr':
        this.#renumber(change.entity, change.to);
        return this.#setTarget(element, 'busNr', change.to);
      case 'chassis':
        return this.#setTarget(element, 'chassis', change.to);
      case 'intremap':
      case 'eim':
        return this.#setDriver(element, change.field, change.to);
      case 'cachingMode':
        return this.#setDriver(element, 'caching_mode', change.to);
      case 'irqchip':
        return this.#splitIrqchip();
      case 'host': {
        const host = parsePciAddress(change.to);
        if (!host) throw new CannotWrite('this is no address of a host device');
        return setHost(element, host);
      }
      case 'cxl':
        throw new CannotWrite(`domain XML has no place for ${change.field}`);
    }
  }

  #renumber(bus: PciBus, first: number | undefined): void {
    this.#renumbered.push(bus);
    if (first !== undefined) this.#promised.push({ first, count: countBusNumbers(this.#variant.guest, bus) });
  }

  expander(entity: NewExpander): ElementTemplate {
    const { guest } = this.#variant;
    const family = effective(guest.machine.type)?.family;
    if (family === undefined || family === 'other') throw new CannotWrite('the machine type is not known');
    const kind = family === 'i440fx' ? 'pci' : 'pcie';
    // Its own number, and one for the port or bridge below it.
    const count = 2;
    const first = findBusNumber(guest, count, this.#promised, this.#renumbered);
    if (first === undefined) throw new CannotWrite('no bus number with room below it is free');
    this.#promised.push({ first, count });
    return {
      name: 'controller',
      attributes: { type: 'pci', index: String(this.#newIndex(entity)), model: `${kind}-expander-bus` },
      children: [
        {
          name: 'target',
          attributes: { busNr: String(first) },
          children: [{ name: 'node', text: String(entity.node) }],
        },
      ],
    };
  }

  port(entity: NewPort): ElementTemplate {
    const index = this.#newIndex(entity);
    const attributes = { type: 'pci', index: String(index), model: 'pcie-root-port' };
    // On its root libvirt chooses a free slot itself.
    if (entity.parent.kind === 'pci-bus' && entity.parent.role === 'root')
      return { name: 'controller', attributes };
    const address = asAddress(this.#indexOf(entity.parent), this.#slotFor(entity.parent), 0);
    // The next port below the same bus goes beside it.
    this.#slots.delete(entity.parent);
    return { name: 'controller', attributes, children: [{ name: 'address', attributes: address }] };
  }

  #setBus(element: XmlElement, { to, fn }: PciSetting & { field: 'bus' }): TextEdit[] {
    if (to.kind === 'pci-bus' && to.role === 'root') {
      const address = addressOf(element);
      return address ? [removeElement(this.#text, address)] : [];
    }
    const slot = this.#slotFor(to);
    if (fn === undefined) this.#slots.delete(to);
    return this.#setAddress(element, this.#indexOf(to), slot, fn ?? 0);
  }

  #setAddress(element: XmlElement, bus: number, slot: number, fn: number): TextEdit[] {
    const attributes = asAddress(bus, slot, fn);
    const address = addressOf(element) ?? child(element, 'address');
    if (!address) return [addElement(this.#text, element, { name: 'address', attributes })];
    return Object.entries(attributes)
      .filter(([name]) => name !== 'domain' || attribute(address, name))
      .map(([name, value]) => setAttribute(address, name, value));
  }

  /**
   * A free slot of a bus, the same for all functions that move together. A port has slot 0 only; on a conventional
   * bus libvirt keeps slot 0 for the bridge's own hot-plug controller.
   */
  #slotFor(bus: PciBus | NewPort | NewExpander): number {
    const known = this.#slots.get(bus);
    if (known !== undefined) return known;
    const express = effective(this.#variant.guest.machine.type)?.family !== 'i440fx';
    const from = express ? 0 : 1;
    const slot =
      bus.kind !== 'pci-bus'
        ? bus.kind === 'new-port'
          ? 0
          : from
        : bus.role === 'port'
          ? 0
          : freeSlot(this.#variant.guest, bus, from);
    if (slot === undefined) throw new CannotWrite('the bus has no slot left');
    this.#slots.set(bus, slot);
    return slot;
  }

  #setNode(element: XmlElement, to: number | undefined): TextEdit[] {
    const target = child(element, 'target');
    const node = target && child(target, 'node');
    if (to === undefined) return node ? [removeElement(this.#text, node)] : [];
    const template = { name: 'node', text: String(to) };
    if (!target) return [addElement(this.#text, element, { name: 'target', children: [template] })];
    if (!node) return [addElement(this.#text, target, template)];
    const inner = { start: node.startTagEnd, end: node.endTagStart ?? node.startTagEnd };
    return [{ range: inner, newText: String(to) }];
  }

  #setTarget(element: XmlElement, name: string, to: number | undefined): TextEdit[] {
    const target = child(element, 'target');
    if (to === undefined) return target ? [removeAttribute(this.#text, target, name)] : [];
    if (target) return [setAttribute(target, name, String(to))];
    return [addElement(this.#text, element, { name: 'target', attributes: { [name]: String(to) } })];
  }

  #setDriver(element: XmlElement, name: string, to: boolean): TextEdit[] {
    const driver = child(element, 'driver');
    const text = to ? 'on' : 'off';
    if (driver) return [setAttribute(driver, name, text)];
    return [addElement(this.#text, element, { name: 'driver', attributes: { [name]: text } })];
  }

  #splitIrqchip(): TextEdit[] {
    const { domain } = this.#variant;
    const ioapic = { name: 'ioapic', attributes: { driver: 'qemu' } };
    const features = child(domain, 'features');
    const written = features && child(features, 'ioapic');
    if (written) return [setAttribute(written, 'driver', 'qemu')];
    if (features) return [addElement(this.#text, features, ioapic)];
    const after = child(domain, 'os') ?? child(domain, 'vcpu');
    return [addElement(this.#text, domain, { name: 'features', children: [ioapic] }, after)];
  }

  /** Beyond all that are written, and beyond those that addresses name: libvirt makes these controllers itself. */
  #newIndex(entity: NewEntity): number {
    const { buses, devices } = this.#variant.guest.pci;
    const named = [
      ...buses.items.map((bus) => bus.parent.id),
      ...devices.items.map((device) => device.bus.id),
    ];
    const used = [...buses.items.map((bus) => bus.id), ...named].flatMap((id) =>
      isKnown(id) ? [Number(id.value)] : [],
    );
    const index = Math.max(0, ...used, ...this.#indexes.values()) + 1;
    this.#indexes.set(entity, index);
    return index;
  }

  #indexOf(bus: PciBus | NewPort | NewExpander): number {
    if (bus.kind === 'pci-bus') {
      if (isKnown(bus.id)) return Number(bus.id.value);
      throw new CannotWrite('the index of the controller is not known');
    }
    const index = this.#indexes.get(bus);
    if (index === undefined) throw new CannotWrite('a new controller is used before it is added');
    return index;
  }
}
