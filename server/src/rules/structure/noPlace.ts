import { isOpen } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { Plugged } from '../../guest/pci.ts';
import { atStart, busName, busOf, pluggedName } from '../../guest/plugged.ts';
import { effective, isKnown, malformed } from '../../guest/value.ts';
import type { Span } from '../../text/span.ts';
import { oncePer } from '../../values/oncePer.ts';
import { formatPciAddress } from '../../values/pciAddress.ts';
import type { Fix, GuestContext } from '../define.ts';
import { madeAt } from './madeController.ts';

/** Buses of which libvirt keeps slot 0 for a part of the bridge itself. */
const NO_SLOT_0 = new Set(['pci-bridge', 'pcie-to-pci-bridge']);

/** Says that there is no such place as an address names, whatever sits elsewhere. */
export function reportNoPlace({ guest, report }: GuestContext, item: Plugged): void {
  const refusal = item.dialect === 'qemu' ? inQemu(item) : (inLibvirt(item) ?? onMade(guest, item));
  if (!refusal) return;
  report({ message: refusal.message, at: refusal.at, about: item, fixes: refusal.fixes ?? [] });
}

interface Refusal {
  readonly message: string;
  readonly at: Span;
  readonly fixes?: readonly Fix[];
}

function inQemu(item: Plugged): Refusal | undefined {
  const text = malformed(item.place);
  if (text === undefined || item.place.state !== 'unknown') return undefined;
  const driver = item.kind === 'pci-bus' ? item.model : pluggedNameOf(item);
  return {
    message:
      `${text} is no place on a bus, which is a slot from 0 to 1f, in hexadecimal, and perhaps a function from 0 to 7: ` +
      `QEMU stops with "Property '${driver}.addr' doesn't take value '${text}'".`,
    at: item.place.span,
    fixes: [
      {
        title: 'Leave the place to QEMU',
        applicability: 'suggestion',
        changes: [{ op: 'set', entity: item, field: 'place', to: undefined }],
      },
    ],
  };
}

const pluggedNameOf = (item: Plugged & { kind: 'device' }): string => effective(item.driver) ?? '';

function inLibvirt(item: Plugged): Refusal | undefined {
  const { id, target } = busOf(item);
  const bus = malformed(id);
  if (bus !== undefined && id.state === 'unknown') return noNumber(bus, id.span);
  const place = malformed(item.place);
  if (place !== undefined && item.place.state === 'unknown') return noNumber(place, item.place.span);
  if (isKnown(id) && Number(id.value) > 0xff) {
    const value = `0x${Number(id.value).toString(16)}`;
    return { message: beyond('bus', value, '0xFF'), at: id.span };
  }
  if (!isKnown(item.place)) return undefined;
  const { slot, fn } = item.place.value;
  const at = item.place.span;
  const free = [leaveToLibvirt(item)];
  if (slot > 31) return { message: beyond('slot', `0x${slot.toString(16)}`, '0x1F'), at, fixes: free };
  if (fn > 7) return { message: beyond('function', `0x${fn.toString(16)}`, '7'), at, fixes: free };
  if (slot > 0 || target.state !== 'found' || !NO_SLOT_0.has(target.item.model)) return undefined;
  const index = Number(effective(id) ?? 0)
    .toString(16)
    .padStart(2, '0');
  return {
    message:
      `${atStart(pluggedName(item))} is put into slot 0 of ${busName(target.item)}, which a ${target.item.model} keeps ` +
      `for itself: libvirt refuses the domain with "Invalid PCI address 0000:${index}:00.${fn}. slot must be >= 1".`,
    at,
    fixes: free,
  };
}

/** On a controller that nobody wrote, and that libvirt makes. */
function onMade(guest: Guest, item: Plugged): Refusal | undefined {
  const { id } = busOf(item);
  if (!isKnown(id) || !isKnown(item.place) || isOpen(guest.pci.buses)) return undefined;
  const index = Number(id.value);
  const model = madeAt(index, writtenIn(guest), effective(guest.machine.type)?.family);
  const { slot, fn } = item.place.value;
  if (model === undefined || (model === 'pci-bridge' ? slot > 0 : slot === 0)) return undefined;
  const address = formatPciAddress({ domain: 0, bus: index, slot, fn });
  const [what, bound] =
    model === 'pci-bridge'
      ? ['bridge, which keeps slot 0', '>= 1']
      : ['root port, which has slot 0 alone', '<= 0'];
  return {
    message:
      `${atStart(pluggedName(item))} is put into slot ${slot.toString(16)} of controller ${index}, which nobody wrote and libvirt makes a ` +
      `${what}: libvirt refuses the domain with "Invalid PCI address ${address}. slot must be ${bound}".`,
    at: item.place.span,
    fixes: [leaveToLibvirt(item)],
  };
}

/** The indexes of the controllers; undefined is one that is not known. */
const writtenIn = oncePer(({ pci }: Guest) =>
  pci.buses.items.map((bus) => (isKnown(bus.id) ? Number(bus.id.value) : undefined)),
);

const beyond = (part: string, value: string, most: string): string =>
  `There is no ${part} ${value} in a PCI address: libvirt refuses the domain with "Invalid PCI address ` +
  `${part}='${value}', must be <= ${most}".`;

/** `1f` was most likely meant as hexadecimal, as all tools print it. */
function noNumber(text: string, at: Span): Refusal {
  const fixes: Fix[] = /^[0-9a-f]{1,2}$/i.test(text)
    ? [
        {
          title: `Write it as hexadecimal: 0x${text}`,
          applicability: 'safe',
          changes: [{ op: 'text', span: at, newText: `0x${text}` }],
        },
      ]
    : [];
  return {
    message:
      `${text === '' ? 'The empty text' : text} is no number: libvirt refuses the domain with "in element 'address': '${text}'. ` +
      `Expected non-negative integer value".`,
    at,
    fixes,
  };
}

const leaveToLibvirt = (item: Plugged): Fix => ({
  title: 'Leave the address to libvirt',
  applicability: 'suggestion',
  changes: [{ op: 'set', entity: item, field: 'place', to: undefined }],
});
