import type { Guest } from '../../guest/guest.ts';
import type { BuiltIn, PciBus, Plugged, SlotFunction } from '../../guest/pci.ts';
import {
  atStart,
  busName,
  formatPlace,
  freeSlot,
  libvirtAddress,
  placeOn,
  pluggedInto,
  pluggedName,
} from '../../guest/plugged.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';
import { reportIndexTwice } from './indexTwice.ts';
import { reportNoPlace } from './noPlace.ts';
import { portFixes } from './ownPort.ts';

export default defineRule({
  name: 'pci-address-conflict',
  reads: 'guest',
  topic: 'structure',
  severity: 'error',
  summary: 'A place on a PCI bus is taken twice, or does not exist.',
  explains: ['root-port-chassis-slot-dup', 'ignored-attribute', 'invalid-value'],
  sources: [
    { title: 'QEMU: PCI: slot … function … not available', ref: 'hw/pci/pci.c: do_pci_register_device' },
    {
      title: 'libvirt: Attempted double use of PCI Address',
      ref: 'src/conf/domain_addr.c: virDomainPCIAddressReserveAddrInternal',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { buses, devices } = context.guest.pci;
    for (const bus of buses.items) checkBus(context, bus);
    if (context.guest.dialect === 'libvirt') reportIndexTwice(context);
    for (const item of buses.items) reportNoPlace(context, item);
    for (const item of devices.items) reportNoPlace(context, item);
  },
});

function checkBus(context: GuestContext, bus: PciBus): void {
  const { guest } = context;
  const plugged = pluggedInto(guest, bus);
  if (plugged.length === 0) return;
  const seen = new Map<number, Plugged>();
  const builtIn = bus.role === 'root' ? guest.pci.builtIn.items : [];
  for (const item of plugged.toSorted((a, b) => a.span.start - b.span.start)) {
    const place = placeOn(item);
    if (!place) {
      if (item.dialect === 'qemu' && item.place.state === 'absent' && item.place.default)
        reportFull(context, bus, item);
      continue;
    }
    const key = keyOf(place);
    const other = seen.get(key);
    const part = builtIn.find((candidate) => keyOf(candidate.place) === key);
    // What QEMU places itself it puts where nothing is, so one of the two is written.
    const [late, early] = other && !isKnown(item.place) ? [other, item] : [item, other];
    if (isKnown(late.place) && (early || part)) reportTaken(context, bus, late, place, early, part);
    if (!other) seen.set(key, item);
  }
}

/** A number for each place on a bus. */
const keyOf = ({ slot, fn }: SlotFunction): number => fn * 32 + slot;

function reportTaken(
  { guest, report }: GuestContext,
  bus: PciBus,
  item: Plugged,
  place: SlotFunction,
  other: Plugged | undefined,
  part: BuiltIn | undefined,
): void {
  const holder = other ? pluggedName(other) : part!.name;
  const where = `${formatPlace(place)} of ${busName(bus)}`;
  const name = pluggedName(item);
  report({
    message: `${atStart(name)} is put into ${where}, where ${holder} sits: ${refusal(bus, item, place, other, part)}.`,
    at: isKnown(item.place) ? item.place.span : item.label,
    about: item,
    ...(other ? { related: [{ span: other.label, message: `${formatPlace(place)} is taken here.` }] } : {}),
    fixes: [...functionFix(item, other), ...placeFixes(guest, bus, item)],
  });
}

function refusal(
  bus: PciBus,
  item: Plugged,
  { slot, fn }: SlotFunction,
  other: Plugged | undefined,
  part: BuiltIn | undefined,
): string {
  if (item.dialect === 'libvirt') {
    return `libvirt refuses the domain with "Attempted double use of PCI Address ${libvirtAddress(bus, { slot, fn })}"`;
  }
  const user = other ? `${driverOf(other)},id=${effective(other.id) ?? '(null)'}` : `${part!.name},id=(null)`;
  return `QEMU stops with "PCI: slot ${slot} function ${fn} not available for ${driverOf(item)}, in use by ${user}"`;
}

const driverOf = (item: Plugged): string =>
  item.kind === 'pci-bus' ? item.model : (effective(item.driver) ?? '');

/** Two functions of one card, copied with the same place: the later one becomes the function that it is on the host. */
function functionFix(item: Plugged, other: Plugged | undefined): Fix[] {
  if (item.kind !== 'device' || other?.kind !== 'device') return [];
  const [a, b] = [effective(item.hostAddress), effective(other.hostAddress)];
  const place = placeOn(item);
  if (!a || !b || !place || a.fn === 0 || b.fn !== 0 || place.fn !== 0) return [];
  if (a.domain !== b.domain || a.bus !== b.bus || a.slot !== b.slot) return [];
  return [
    {
      title: `Make it function ${a.fn} of that slot, as on the host`,
      applicability: 'suggestion',
      changes: [
        { op: 'set', entity: item, field: 'place', to: { slot: place.slot, fn: a.fn } },
        ...(isKnown(other.place)
          ? ([{ op: 'set', entity: other, field: 'multifunction', to: true }] as const)
          : []),
      ],
    },
  ];
}

function placeFixes(guest: Guest, bus: PciBus, item: Plugged): Fix[] {
  if (bus.role === 'port') return portFixes(guest, item, bus);
  const slot = freeSlot(guest, bus, 1);
  if (slot === undefined) return [];
  return [
    {
      title: `Move it to slot ${slot.toString(16)}, which is free`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: item, field: 'place', to: { slot, fn: 0 } }],
    },
  ];
}

function reportFull({ report }: GuestContext, bus: PciBus, item: Plugged): void {
  const driver = driverOf(item);
  report({
    message:
      `All 32 slots of ${busName(bus)} are taken before ${driver}: QEMU stops with "PCI: no slot/function ` +
      `available for ${driver}, all in use or reserved".`,
    at: item.label,
    about: item,
  });
}
