import { busRoleOf } from '../../catalogue/pciDrivers.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { type Identified, type Identifieds, identifiedBy } from './identified.ts';
import { meantQemu, writeInstead } from './meant.ts';

/** How the buses of devices without an id are named, by the kind of bus; and what machines call theirs. */
const AUTOMATIC =
  /^(pcie?|ide|isa|scsi|usb-bus|virtio-serial-bus|hda|ccid-bus|floppy-bus|i2c|i2c-bus|sd-bus|ssi|spi|s390|xen|vmbus|cxl|main-system-bus|sysbus)(\.(0|[1-9]\d*))?$|^smbus|\//;

/** Controllers whose bus is called by their id with a number behind it. */
const NUMBERED = /([xuoe]hci|usb-uhci\d|usb-ehci\d)$|^virtio-(scsi|serial)(-pci|-device)?$/;

export default defineRule({
  name: 'bus-not-found',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A device is plugged into a bus that nothing makes.',
  explains: ['gpu-no-guest-affinity', 'endpoint-on-pcie0'],
  sources: [
    { title: "QEMU: Bus '…' not found", ref: 'softmmu/qdev-monitor.c: qbus_find' },
    {
      title: 'QEMU: names of buses',
      ref: 'hw/core/bus.c: qbus_init; hw/pci/pci_bridge.c: pci_bridge_initfn',
    },
  ],
  since: '0.1.0',
  check(context) {
    const makers = meantQemu(context) && identifiedBy(context.line, ['device']);
    if (!makers) return;
    for (const option of optionsNamed(context.line, 'device')) {
      const bus = option.says('bus');
      const fault = bus === undefined ? undefined : faultOf(context, makers, option, bus);
      if (fault) report(context, option, fault);
    }
  },
});

interface Fault {
  readonly fact: string;
  readonly instead: string | undefined;
}

/** Undefined where such a bus is made, or may be. */
function faultOf(context: QemuContext, makers: Identifieds, option: Option, bus: string): Fault | undefined {
  if (bus === '') return { fact: 'The bus has no name', instead: undefined };
  if (bus === 'pci.0' || bus === 'pcie.0') return faultOfRoot(context, bus);
  if (AUTOMATIC.test(bus)) return faultOfBoard(context, bus);
  const named = makers.byId.get(bus);
  const exact = named?.[0];
  if (exact?.option === option && named?.length === 1) {
    return { fact: `The bus ${bus} is made by this device itself`, instead: undefined };
  }
  if (exact) {
    return NUMBERED.test(exact.type ?? '') ? faultOfNumber(bus, bus) : undefined;
  }
  const owner = ownerOf(makers, bus);
  if (owner) {
    if (NUMBERED.test(owner.type ?? '')) return faultOfNumber(owner.id, bus);
    if (busRoleOf(owner.type ?? '') === undefined) return undefined;
    return { fact: `The bus of ${owner.id} is called ${owner.id}, without a number`, instead: owner.id };
  }
  // The machine's own are spelt without zeros in front.
  const own = bus.replace(/\.0+(?=\d)/, '.');
  if (own !== bus && AUTOMATIC.test(own)) return { fact: `Nothing makes a bus ${bus}`, instead: own };
  const names = makers.all.map(({ id, type }) => (NUMBERED.test(type ?? '') ? `${id}.0` : id));
  return { fact: `Nothing makes a bus ${bus}`, instead: mostSimilar(bus, names) };
}

/** What has an id that the name of a bus begins with, up to some point in it. */
function ownerOf({ byId }: Identifieds, bus: string): Identified | undefined {
  for (let end = 0; end >= 0; end = bus.indexOf('.', end + 1)) {
    const owner = byId.get(bus.slice(0, end))?.[0];
    if (owner) return owner;
  }
  return undefined;
}

/** How many buses a board has of a kind; those of a device without an id are counted on from there. */
const OF_BOARD: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  i440fx: { pcie: 0 },
  q35: { ide: 6, pcie: 1 },
};

/** A number beyond those of the board, on a line where every device that can make a bus has an id to call it by. */
function faultOfBoard({ guest, line }: QemuContext, bus: string): Fault | undefined {
  const [, kind = '', number = ''] = /^(ide|pcie)\.(\d+)$/.exec(bus) ?? [];
  const family = effective(guest.machine.type)?.family ?? '';
  const count = Object.hasOwn(OF_BOARD, family) ? OF_BOARD[family]![kind] : undefined;
  if (count === undefined || Number(number) < count || line.openedBy.length > 0) return undefined;
  const isMade = line.options.some(
    (option) =>
      option.name === 'device' &&
      (!option.find('id') || option.open) &&
      (option.makes === undefined || /-ide$|ahci|sii3112|port|bridge|pxb|stream|ioh3420/.test(option.makes)),
  );
  if (isMade || line.options.some((option) => option.says('id') === bus)) return undefined;
  const fact =
    count === 0
      ? `The machine has no bus of the kind ${kind}`
      : `The last bus of the kind ${kind} of the machine is ${kind}.${count - 1}`;
  return { fact, instead: undefined };
}

/** These controllers have one bus. */
function faultOfNumber(id: string, bus: string): Fault | undefined {
  return bus === `${id}.0` ? undefined : { fact: `The bus of ${id} is called ${id}.0`, instead: `${id}.0` };
}

/** The root bus is called by what it is; a bridge without an id may make another one of the other name. */
function faultOfRoot({ guest, line }: QemuContext, bus: string): Fault | undefined {
  const type = effective(guest.machine.type);
  const root = type?.family === 'q35' ? 'pcie.0' : type?.family === 'i440fx' ? 'pci.0' : undefined;
  if (type?.name === 'microvm' && bus === 'pci.0') {
    return { fact: 'A microvm has no bus pci.0', instead: undefined };
  }
  if (root === undefined || root === bus) return undefined;
  const unnamed = line.options.some(
    (option) =>
      option.name === 'device' &&
      !option.find('id') &&
      (!isKnown(option.head) || busRoleOf(option.head.value)),
  );
  const taken = line.options.some((option) => option.says('id') === bus);
  if (unnamed || taken) return undefined;
  return { fact: `The root bus of ${type!.name} is called ${root}`, instead: root };
}

function report(context: QemuContext, option: Option, { fact, instead }: Fault): void {
  const bus = option.value('bus');
  if (!isKnown(bus)) return;
  const device = [...context.guest.pci.devices.items, ...context.guest.pci.buses.items].find(
    (item) => context.sources.get(item) === option,
  );
  context.report({
    message: `${fact}: QEMU stops with "Bus '${bus.value}' not found".`,
    at: bus.span,
    about: device ?? option,
    fixes: bus.value === '' ? withoutBus(option) : writeInstead(bus, instead),
  });
}

/** QEMU then takes the first bus that fits. */
function withoutBus(option: Option): Fix[] {
  const property = option.find('bus');
  if (!property) return [];
  return [
    {
      title: 'Leave the bus to QEMU',
      applicability: 'suggestion',
      changes: [{ op: 'remove-property', option, property }],
    },
  ];
}
