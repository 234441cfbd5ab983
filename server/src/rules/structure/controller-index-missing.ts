import { isOpen } from '../../guest/collection.ts';
import type { PciBus, Plugged } from '../../guest/pci.ts';
import { atStart, busOf, pluggedInto, pluggedName } from '../../guest/plugged.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type LibvirtContext } from '../define.ts';

export default defineRule({
  name: 'controller-index-missing',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'warning',
  summary: 'An address names a controller that is not there, so libvirt makes some of its own.',
  sources: [
    {
      title: 'libvirt adds the controllers that addresses ask for',
      ref: 'src/conf/domain_addr.c: virDomainPCIAddressSetGrow',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { buses, devices } = context.guest.pci;
    // Other machines have roots in place of ports, as many as there are indexes.
    if (isOpen(buses) || effective(context.guest.machine.type)?.family === 'other') return;
    const indexes = new Set(buses.items.map((bus) => Number(effective(bus.id))));
    for (const item of [...buses.items, ...devices.items]) {
      const { id } = busOf(item);
      if (isKnown(id) && Number(id.value) <= 0xff && !indexes.has(Number(id.value))) {
        reportAddress(context, item, Number(id.value), indexes);
      }
    }
    for (const bus of buses.items) reportHole(context, bus, indexes);
  },
});

const several = (first: number, last: number): string =>
  first === last ? `controller ${first}` : `controllers ${first} to ${last}`;

/** What libvirt makes of indexes that nobody wrote. */
function madeFrom({ guest }: LibvirtContext, first: number, last: number): string {
  const kind = effective(guest.machine.type)?.family === 'i440fx' ? 'bridge' : 'root port';
  return `libvirt makes ${first === last ? `it, a ${kind}` : `them, ${kind}s`}`;
}

function reportAddress(
  context: LibvirtContext,
  item: Plugged,
  index: number,
  indexes: ReadonlySet<number>,
): void {
  const { guest, report } = context;
  const { id } = busOf(item);
  if (!isKnown(id)) return;
  const first = firstMissing(index, indexes);
  const missing = first === index ? 'which is not there' : `but ${several(first, index)} are not there`;
  // Only below an expander bus it makes a difference on which bus a device sits.
  const placed = guest.pci.buses.items.some(({ role }) => role === 'expander');
  report({
    message:
      `${atStart(pluggedName(item))} sits on controller ${index}, ${missing}: ${madeFrom(context, first, index)} on the ` +
      `machine's own root bus${placed ? ', not below an expander bus' : ''}.`,
    ...(placed ? {} : { severity: 'information' }),
    at: id.span,
    about: item,
    fixes: [...freePortFix(context, item), ...writeFix(context, index)],
  });
}

/** A port that is there and has nothing on it was probably meant. */
function freePortFix({ guest }: LibvirtContext, item: Plugged): Fix[] {
  const free = guest.pci.buses.items.filter(
    (bus) => bus.role === 'port' && bus !== item && isKnown(bus.id) && pluggedInto(guest, bus).length === 0,
  );
  const port = free[0];
  if (!port || free.length > 1) return [];
  return [
    {
      title: `Put it on the free port, controller ${effective(port.id)}`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: item, field: 'bus', to: port }],
    },
  ];
}

function writeFix({ guest, sources, domain }: LibvirtContext, index: number): Fix[] {
  const { family } = effective(guest.machine.type) ?? {};
  const model =
    family === 'q35' || family === 'virt' ? 'pcie-root-port' : family === 'i440fx' ? 'pci-bridge' : undefined;
  const controllers = guest.pci.buses.items.flatMap((bus) => sources.get(bus) ?? []);
  const last = controllers.findLast(({ name }) => name.text === 'controller');
  const parent =
    last?.parent ?? guest.pci.devices.items.map((device) => sources.get(device)?.parent).find(Boolean);
  if (!model || !parent || parent === domain) return [];
  const attributes = { type: 'pci', index: String(index), model };
  return [
    {
      title: `Write controller ${index} down, a ${model}`,
      applicability: 'suggestion',
      changes: [
        {
          op: 'add-element',
          parent,
          template: { name: 'controller', attributes },
          ...(last ? { after: last } : {}),
        },
      ],
    },
  ];
}

/** Indexes that are skipped: libvirt fills them in. It works, so it is only a hint. */
function reportHole(context: LibvirtContext, bus: PciBus, indexes: ReadonlySet<number>): void {
  if (!isKnown(bus.id) || bus.role === 'root') return;
  const index = Number(bus.id.value);
  const first = firstMissing(index, indexes);
  if (first === index) return;
  context.report({
    severity: 'hint',
    message: `Below index ${index}, ${several(first, index - 1)} ${index - first === 1 ? 'is' : 'are'} not there: ${madeFrom(context, first, index - 1)} on the machine's own root bus.`,
    at: bus.id.span,
    about: bus,
  });
}

/** The first of the indexes below one that are not there, without a break; the one itself where none is missing. */
const firstMissing = (index: number, indexes: ReadonlySet<number>): number =>
  Math.max(0, ...[...indexes].filter((other) => other < index)) + 1;
