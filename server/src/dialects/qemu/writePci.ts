import { countBusNumbers } from '../../guest/busNumbers.ts';
import type { NewEntity, NewExpander, NewPort, PciSetting } from '../../guest/change.ts';
import type { Entity } from '../../guest/entity.ts';
import type { Device, PciBus, SlotFunction } from '../../guest/pci.ts';
import { formatPlace, freeSlot, isOn, pluggedInto } from '../../guest/plugged.ts';
import { effective, isKnown } from '../../guest/value.ts';
import type { TextEdit } from '../../text/edit.ts';
import { findBusNumber, type Numbers } from '../busNumbers.ts';
import { CannotWrite } from '../change.ts';
import type { QemuVariant } from '../document.ts';
import type { Allocator } from './allocate.ts';
import { optionsNamed } from './commandLine.ts';
import type { Option } from './option.ts';
import { appendText, insertAfter, removeProperty, setProperty } from './places.ts';

/** Writes what one set of changes does to PCI buses and devices. */
export class PciWriter {
  readonly #text: string;
  readonly #variant: QemuVariant;
  readonly #idOf: (entity: { readonly kind: string }) => string;
  readonly #promised: Numbers[] = [];
  readonly #renumbered: PciBus[] = [];
  readonly #slots = new Map<object, number>();

  constructor(text: string, variant: QemuVariant, idOf: (entity: { readonly kind: string }) => string) {
    this.#text = text;
    this.#variant = variant;
    this.#idOf = idOf;
  }

  set(option: Option, change: PciSetting): TextEdit[] {
    switch (change.field) {
      case 'bus':
        return this.#setBus(option, change);
      case 'place':
        return change.to ? [setProperty(option, 'addr', spellPlace(change.to))] : remove(option, 'addr');
      case 'multifunction':
        return [setSwitch(option, 'multifunction', change.to)];
      case 'host':
        return [setProperty(option, 'host', change.to)];
      case 'model':
        return [setProperty(option, 'driver', change.to)];
      case 'node':
        return setOrRemove(option, 'numa_node', change.to);
      case 'busNr':
        this.#renumber(change.entity, change.to);
        return setOrRemove(option, 'bus_nr', change.to);
      case 'chassis':
        return [
          setProperty(option, change.entity.role === 'port' ? 'chassis' : 'chassis_nr', String(change.to)),
        ];
      case 'intremap':
      case 'eim':
        return [setSwitch(option, change.field, change.to)];
      case 'cachingMode':
        return [setSwitch(option, 'caching-mode', change.to)];
      case 'irqchip':
        return [this.#setMachine(['kernel-irqchip', 'kernel_irqchip'], change.to)];
      case 'cxl':
        return [this.#setMachine(['cxl'], change.to ? 'on' : 'off')];
    }
  }

  #renumber(bus: PciBus, first: number | undefined): void {
    this.#renumbered.push(bus);
    if (first !== undefined) this.#promised.push({ first, count: countBusNumbers(this.#variant.guest, bus) });
  }

  /** The words of a new controller, which goes before an option that stands there. */
  expander(entity: NewExpander, id: string, before: Entity): string[] {
    const { guest } = this.#variant;
    const root = guest.pci.buses.items.find((bus) => bus.role === 'root');
    const bus = root && effective(root.id);
    if (bus === undefined) throw new CannotWrite('the root bus of the machine is not known');
    const conventional = effective(guest.machine.type)?.family === 'i440fx';
    // Its own number, and one for the port or bridge below it.
    const count = 2;
    const first = findBusNumber(guest, count, this.#promised, this.#renumbered);
    if (first === undefined) throw new CannotWrite('no bus number with room below it is free');
    this.#promised.push({ first, count });
    const address = this.#addressFor(root!, before);
    const driver = conventional ? 'pxb' : 'pxb-pcie';
    return ['-device', `${driver},id=${id},bus=${bus}${address},bus_nr=${first},numa_node=${entity.node}`];
  }

  port(entity: NewPort, id: string, allocator: Allocator): string[] {
    const parent = this.#idOf(entity.parent);
    return ['-device', `pcie-root-port,id=${id},bus=${parent},chassis=${allocator.chassis()}`];
  }

  /**
   * Where on the root a new controller goes, as a property. It takes over the slot of the device that moves behind
   * it, so that those of others stay what the guest is used to. Where QEMU's choice does that, nothing is written.
   */
  #addressFor(root: PciBus, before: Entity): string {
    const { guest } = this.#variant;
    const moved = before as Partial<Device>;
    const own = before.kind === 'device' && isOn(before as Device, root) ? moved.place : undefined;
    if (isKnown(own)) return this.#claim(root, own.value.slot);
    if (own) return '';
    const behind = pluggedInto(guest, root).some((item) => item.span.start > before.span.start);
    const certain = pluggedInto(guest, root).every((item) => effective(item.place) !== undefined);
    const slot = behind && certain ? freeSlot(guest, root, 1) : undefined;
    return slot === undefined ? '' : this.#claim(root, slot);
  }

  /** Two new controllers before one device must not both take its slot. */
  #claim(root: PciBus, slot: number): string {
    if (this.#slots.get(root) === slot) return '';
    this.#slots.set(root, slot);
    return `,addr=0x${slot.toString(16)}`;
  }

  #setBus(option: Option, { to, fn }: PciSetting & { field: 'bus' }): TextEdit[] {
    const bus = setProperty(option, 'bus', this.#idOf(to));
    if (fn === undefined) return [bus, ...remove(option, 'addr')];
    return [bus, setProperty(option, 'addr', `0x${formatPlace({ slot: this.#slotFor(to), fn })}`)];
  }

  /** One slot for all functions that move together; a port has slot 0 only. */
  #slotFor(bus: PciBus | NewEntity): number {
    const known = this.#slots.get(bus);
    if (known !== undefined) return known;
    const free = bus.kind === 'pci-bus' && bus.role !== 'port' ? freeSlot(this.#variant.guest, bus, 0) : 0;
    if (free === undefined) throw new CannotWrite('the bus has no slot left');
    this.#slots.set(bus, free);
    return free;
  }

  /** A property of the machine where it is written, else on the last -machine. The first key is the one to write. */
  #setMachine(keys: readonly [string, ...string[]], to: string): TextEdit {
    const options = optionsNamed(this.#variant.line, 'machine', 'M', 'accel');
    for (const key of keys) {
      const option = options.findLast((candidate) => candidate.find(key));
      if (option) return setProperty(option, key, to);
    }
    const machine = optionsNamed(this.#variant.line, 'machine', 'M').at(-1);
    if (machine) return appendText(machine, `${keys[0]}=${to}`);
    const first = this.#variant.line.options[0];
    if (!first) throw new CannotWrite('there is no option to put -machine behind');
    return insertAfter(this.#text, first, ['-machine', `${keys[0]}=${to}`]);
  }
}

/** Function 0 need not be said. */
const spellPlace = (place: SlotFunction): string =>
  `0x${place.fn === 0 ? place.slot.toString(16) : formatPlace(place)}`;

const remove = (option: Option, key: string): TextEdit[] =>
  option.all(key).map((property) => removeProperty(option, property));

const setOrRemove = (option: Option, key: string, to: number | undefined): TextEdit[] =>
  to === undefined ? remove(option, key) : [setProperty(option, key, String(to))];

/** JSON has words of its own for on and off. */
function setSwitch(option: Option, key: string, to: boolean): TextEdit {
  const property = option.find(key);
  if (!option.json) return setProperty(option, key, to ? 'on' : 'off');
  if (!property) return appendText(option, `${JSON.stringify(key)}:${to}`);
  return setProperty(option, key, property.form === 'json-scalar' ? String(to) : to ? 'on' : 'off');
}
