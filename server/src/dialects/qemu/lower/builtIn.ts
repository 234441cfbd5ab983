import { replacesDefaultDisplay, vgaDriver } from '../../../catalogue/pciDrivers.ts';
import type { Collection } from '../../../guest/collection.ts';
import type { Machine } from '../../../guest/machine.ts';
import type { BuiltIn } from '../../../guest/pci.ts';
import { absent, effective, isKnown, known, unknown, type Value } from '../../../guest/value.ts';
import type { Span } from '../../../text/span.ts';
import { type CommandLine, mergedValue, optionsNamed } from '../commandLine.ts';
import { Slots } from './slots.ts';

const part = (name: string, slot: number, fn = 0, multifunction = false): BuiltIn => ({
  name,
  place: { slot, fn },
  multifunction,
});

/** The parts of the two PC machines, and what takes one away (hw/i386/pc_q35.c, pc_piix.c). */
const PARTS = {
  q35: [
    { item: part('mch', 0) },
    { item: part('ICH9-LPC', 31, 0, true) },
    { item: part('ich9-ahci', 31, 2), unless: 'sata' },
    { item: part('ICH9-SMB', 31, 3), unless: 'smbus' },
    { item: part('ich9-usb-uhci1', 29, 0, true), onlyWithUsb: true },
    { item: part('ich9-usb-uhci2', 29, 1), onlyWithUsb: true },
    { item: part('ich9-usb-uhci3', 29, 2), onlyWithUsb: true },
    { item: part('ich9-usb-ehci1', 29, 7), onlyWithUsb: true },
  ],
  i440fx: [
    { item: part('i440FX', 0) },
    { item: part('PIIX3', 1, 0, true) },
    { item: part('piix3-ide', 1, 1) },
    { item: part('piix3-usb-uhci', 1, 2), onlyWithUsb: true },
    { item: part('PIIX4_PM', 1, 3), unless: 'acpi' },
  ],
} as const;

/** The network card that QEMU adds where nothing is said of the network. */
const DEFAULT_NIC = { q35: 'e1000e', i440fx: 'e1000' } as const;

/** Programs whose default devices are upstream's; distributions change those of others. */
const UPSTREAM = /^(?:qemu-system-(?:x86_64|i386)(?:\.exe)?|kvm)$/;

/**
 * What a PC has on its root bus before the first -device: parts of the machine, then the display, then network
 * cards, in the slots that are left.
 */
export function lowerBuiltIn(line: CommandLine, machine: Machine): Collection<BuiltIn> {
  const family = effective(machine.type)?.family;
  if (family !== 'q35' && family !== 'i440fx') return { items: [], openedBy: [machine.span] };
  const usb = hasUsb(line);
  const items: BuiltIn[] = PARTS[family]
    .filter((row) => !('unless' in row) || isOn(line, row.unless))
    .filter((row) => !('onlyWithUsb' in row) || usb)
    .map((row) => row.item);
  const slots = new Slots(items.map((item) => item.place));
  const openedBy: Span[] = [];
  const plugIn = (name: Value<string>): void => {
    if (name.state === 'unknown') openedBy.push(name.span);
    if (isKnown(name)) items.push({ name: name.value, place: slots.next()!, multifunction: false });
  };
  plugIn(defaultDisplay(line));
  for (const card of networkCards(line, DEFAULT_NIC[family])) plugIn(card);
  return { items, openedBy };
}

/**
 * The driver of the display that -vga asks for, or that QEMU adds where nothing is said; absent where there is none
 * (softmmu/vl.c: qemu_create_default_devices).
 */
export function defaultDisplay(line: CommandLine): Value<string> {
  const written = optionsNamed(line, 'vga').at(-1);
  if (written) {
    const { plain } = written;
    if (!isKnown(plain)) return plain;
    const driver = vgaDriver(plain.value);
    return driver === undefined ? absent(plain.span) : known(driver, plain.span);
  }
  const gap = line.openedBy[0] ?? (UPSTREAM.test(line.binary) ? undefined : line.command);
  if (gap) return unknown('not-evaluated', gap);
  if (optionsNamed(line, 'nodefaults').length > 0) return absent(line.command);
  const devices = optionsNamed(line, 'device');
  if (devices.some(({ makes }) => makes !== undefined && replacesDefaultDisplay(makes))) {
    return absent(line.command);
  }
  const hidden = devices.find(({ head }) => head.state === 'unknown')?.head;
  return hidden?.state === 'unknown' ? hidden : known('VGA', line.command);
}

/** The cards of -nic and -net, in their order, else the one that QEMU adds. */
function networkCards(line: CommandLine, byDefault: string): Value<string>[] {
  const gap = line.openedBy[0] ?? (UPSTREAM.test(line.binary) ? undefined : line.command);
  if (gap) return [unknown('not-evaluated', gap)];
  const options = optionsNamed(line, 'nic', 'net', 'netdev');
  if (options.length === 0) {
    return optionsNamed(line, 'nodefaults').length > 0 ? [] : [known(byDefault, line.command)];
  }
  return options.flatMap((option) => {
    const type = option.head;
    if (type.state === 'unknown') return [type];
    const makesCard =
      option.name === 'nic' ? effective(type) !== 'none' : option.name === 'net' && effective(type) === 'nic';
    return makesCard ? [cardOf(option.value('model'), option.value('addr'), byDefault)] : [];
  });
}

function cardOf(model: Value<string>, place: Value<string>, byDefault: string): Value<string> {
  if (place.state !== 'absent') return unknown('not-evaluated', place.span);
  if (model.state === 'absent') return known(byDefault, model.owner);
  if (isKnown(model) && model.value === 'virtio') return { ...model, value: 'virtio-net-pci' };
  // The one card for the ISA bus, and the word that only lists the others.
  return isKnown(model) && /^(ne2k_isa|help)$/.test(model.value) ? absent(model.span) : model;
}

/** Parts that are there unless `-machine` says otherwise; where that is not known they may be missing. */
function isOn(line: CommandLine, key: string): boolean {
  if (key === 'acpi' && optionsNamed(line, 'no-acpi').length > 0) return false;
  const value = optionsNamed(line, 'machine', 'M')
    .findLast((option) => option.find(key))
    ?.find(key)?.value;
  return value === undefined
    ? line.openedBy.length === 0
    : isKnown(value) && /^(on|yes|true|y)$/.test(value.value);
}

function hasUsb(line: CommandLine): boolean {
  const machine = mergedValue(line, ['machine', 'M'], 'usb');
  if (isKnown(machine)) return /^(on|yes|true|y)$/.test(machine.value);
  return optionsNamed(line, 'usb', 'usbdevice').length > 0;
}
