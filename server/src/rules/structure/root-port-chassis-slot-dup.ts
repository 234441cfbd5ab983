import type { Guest } from '../../guest/guest.ts';
import type { PciBus } from '../../guest/pci.ts';
import { atStart, busName } from '../../guest/plugged.ts';
import { effective, isKnown, malformed, placeOf, type Value } from '../../guest/value.ts';
import { oncePer } from '../../values/oncePer.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';

/** Bridges that want a chassis number above 0 of their own. */
const NEEDS_CHASSIS = new Set(['pci-bridge', 'pci-bridge-seat']);

export default defineRule({
  name: 'root-port-chassis-slot-dup',
  reads: 'guest',
  topic: 'structure',
  severity: 'error',
  summary: 'Two ports have the same chassis and slot, or a port has a number that is none.',
  sources: [
    { title: "QEMU: Can't add chassis slot", ref: 'hw/pci-bridge/pcie_root_port.c: rp_realize' },
    { title: 'QEMU: Bridge chassis not specified', ref: 'hw/pci/slotid_cap.c: slotid_cap_init' },
  ],
  since: '0.1.0',
  check(context) {
    const { items } = context.guest.pci.buses;
    const ports = items.filter(({ role }) => role === 'port');
    for (const bus of items) {
      if (bus.role !== 'port' && bus.role !== 'bridge') continue;
      if (!reportRange(context, bus)) reportMissing(context, bus);
    }
    const seen = new Map<string, PciBus>();
    for (const port of ports) {
      const number = numberOf(port);
      if (number === undefined) continue;
      const earlier = seen.get(number);
      if (earlier) reportDuplicate(context, earlier, port);
      else seen.set(number, port);
    }
  },
});

/** What tells a port from the others; undefined where it is not known. */
function numberOf({ chassis, slotNumber }: PciBus): string | undefined {
  const [ofChassis, ofSlot] = [effective(chassis), effective(slotNumber)];
  return ofChassis === undefined || ofSlot === undefined ? undefined : `${ofChassis}/${ofSlot}`;
}

function reportDuplicate({ guest, report }: GuestContext, earlier: PciBus, port: PciBus): void {
  const chassis = effective(port.chassis);
  const slot = effective(port.slotNumber);
  const written = isKnown(port.chassis) ? 'has' : 'gets';
  report({
    message:
      `${atStart(busName(port))} ${written} chassis ${chassis} and slot ${slot}, like ${busName(earlier)}: ` +
      `${port.dialect === 'qemu' ? 'QEMU stops' : 'the guest does not start'} with "Can't add chassis slot, error -16".`,
    at: isKnown(port.chassis) ? port.chassis.span : port.label,
    about: port,
    related: [
      {
        span: isKnown(earlier.chassis) ? earlier.chassis.span : earlier.label,
        message: `Chassis ${chassis} of ${busName(earlier)}.`,
      },
    ],
    fixes: chassisFix(guest, port),
  });
}

/** @returns true where something was said. */
function reportRange({ guest, report }: GuestContext, bus: PciBus): boolean {
  const values: readonly (readonly [key: string, value: Value<number>, most: number])[] = [
    [bus.role === 'port' ? 'chassis' : 'chassis_nr', bus.chassis, 255],
    ['slot', bus.slotNumber, 65535],
  ];
  for (const [key, value, most] of values) {
    const text = malformed(value) ?? (isKnown(value) && value.value > most ? String(value.value) : undefined);
    if (text === undefined) continue;
    report({
      message: `${key} is a number from 0 to ${most}, not ${text}: ${rangeRefusal(bus, key, text, most)}.`,
      at: placeOf(value),
      about: bus,
      fixes: key === 'slot' ? [] : chassisFix(guest, bus),
    });
    return true;
  }
  return false;
}

function rangeRefusal(bus: PciBus, key: string, text: string, most: number): string {
  const isNumber = /^-?\d+$|^0x/i.test(text);
  if (bus.dialect === 'qemu') {
    const type = isNumber ? (most === 255 ? 'uint8_t' : 'uint16_t') : 'integer';
    return `QEMU stops with "Parameter '${key}' expects ${type}"`;
  }
  return isNumber
    ? `libvirt refuses the domain with "PCI controller chassis '${text}' out of range - must be 0-255"`
    : `libvirt refuses the domain with "Invalid value for attribute 'chassis' in element 'target': '${text}'"`;
}

function reportMissing({ guest, report }: GuestContext, bus: PciBus): void {
  if (bus.dialect !== 'qemu' || !NEEDS_CHASSIS.has(bus.model) || effective(bus.chassis) !== 0) return;
  report({
    message:
      `${atStart(busName(bus))} has no chassis_nr above 0: QEMU stops with "Bridge chassis not specified. Each bridge is ` +
      'required to be assigned a unique chassis id > 0.".',
    at: isKnown(bus.chassis) ? bus.chassis.span : bus.label,
    about: bus,
    fixes: chassisFix(guest, bus),
  });
}

function chassisFix(guest: Guest, bus: PciBus): Fix[] {
  const chassis = freeChassis(guest);
  if (chassis === undefined) return [];
  return [
    {
      title: `Give it chassis ${chassis}`,
      applicability: 'safe',
      changes: [{ op: 'set', entity: bus, field: 'chassis', to: chassis }],
    },
  ];
}

const freeChassis = oncePer((guest: Guest) => {
  const taken = new Set(guest.pci.buses.items.map((bus) => effective(bus.chassis)));
  for (let chassis = 1; chassis <= 255; chassis++) if (!taken.has(chassis)) return chassis;
  return undefined;
});
