import { busRoleOf, canonicalDriver } from '../../catalogue/pciDrivers.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { type Identifieds, identifiedBy } from './identified.ts';
import { meantQemu } from './meant.ts';

export default defineRule({
  name: 'bus-kind-unfit',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A device is plugged into a bus of another kind than its own: a disk of SCSI into a bus of USB.',
  sources: [
    { title: "QEMU: Device can't go on bus", ref: 'softmmu/qdev-monitor.c: qdev_device_add_from_qdict' },
    { title: 'QEMU: kinds of buses', ref: '-device help, 7.2 to 11.1' },
  ],
  since: '0.1.0',
  check(context) {
    const catalogue = meantQemu(context)?.catalogue;
    const makers = catalogue?.exact ? identifiedBy(context.line, ['device']) : undefined;
    if (!catalogue || !makers) return;
    const kinds = new Map<string, string | undefined>();
    for (const option of optionsNamed(context.line, 'device')) {
      const bus = option.says('bus');
      const driver = option.makes;
      const wanted =
        bus === undefined || driver === undefined ? undefined : catalogue.deviceHead(driver)?.bus;
      if (wanted === undefined || !KINDS.has(wanted)) continue;
      if (!kinds.has(bus!)) kinds.set(bus!, kindOf(context, makers, bus!));
      const there = kinds.get(bus!);
      if (there === undefined || wanted === there || (wanted === 'PCI' && there === 'PCIE')) continue;
      report(context, option, { driver: driver!, wanted, there });
    }
  },
});

/** Kinds that are called the same by the device and by the bus. */
const KINDS: ReadonlySet<string> = new Set([
  'HDA',
  'IDE',
  'ISA',
  'PCI',
  'SCSI',
  'usb-bus',
  'virtio-serial-bus',
]);

/** Controllers with one bus, which is called by their id with a number behind it. */
const NUMBERED: readonly (readonly [controllers: RegExp, kind: string])[] = [
  [/intel-hda$/, 'HDA'],
  [/^virtio-scsi-pci$/, 'SCSI'],
  [/^(qemu-xhci|nec-usb-xhci|usb-ehci|pci-ohci|(piix[34]|ich9)-usb-(uhci|ehci)\d?)$/, 'usb-bus'],
  [/^virtio-serial-pci$/, 'virtio-serial-bus'],
];

const ROOT: Readonly<Record<string, readonly [bus: string, kind: string]>> = {
  i440fx: ['pci.0', 'PCI'],
  q35: ['pcie.0', 'PCIE'],
};

/** Bridges with a bus below them that is none of PCI Express. */
const CONVENTIONAL: ReadonlySet<string> = new Set([
  'i82801b11-bridge',
  'pci-bridge',
  'pci-bridge-seat',
  'pcie-pci-bridge',
  'pxb',
]);

/** The kind of bus that has a name; undefined where that is not known, or nothing makes one. */
function kindOf({ guest }: QemuContext, makers: Identifieds, bus: string): string | undefined {
  const made = makers.byId.get(bus) ?? makers.byId.get(bus.replace(/\.0$/, '')) ?? [];
  const [maker] = made;
  if (maker === undefined) {
    const family = effective(guest.machine.type)?.family ?? '';
    const root = Object.hasOwn(ROOT, family) ? ROOT[family]! : undefined;
    if (root === undefined) return undefined;
    if (bus === root[0]) return root[1];
    return bus === 'isa.0' ? 'ISA' : bus === 'ide.0' || bus === 'ide.1' ? 'IDE' : undefined;
  }
  if (made.length !== 1 || maker.type === undefined) return undefined;
  const driver = canonicalDriver(maker.type);
  if (bus !== maker.id) return NUMBERED.find(([controllers]) => controllers.test(driver))?.[1];
  const role = busRoleOf(driver);
  if (role === undefined) return undefined;
  return CONVENTIONAL.has(driver) ? 'PCI' : 'PCIE';
}

interface Misplaced {
  readonly driver: string;
  readonly wanted: string;
  readonly there: string;
}

function report(context: QemuContext, option: Option, { driver, wanted, there }: Misplaced): void {
  const property = option.find('bus')!;
  const bus = property.value;
  if (!isKnown(bus)) return;
  const fix: Fix = {
    title: 'Leave the bus to QEMU',
    applicability: 'suggestion',
    changes: [{ op: 'remove-property', option, property }],
  };
  const device = [...context.guest.pci.devices.items, ...context.guest.pci.buses.items].find(
    (item) => context.sources.get(item) === option,
  );
  context.report({
    message: `${driver} goes on a bus of the kind ${wanted}, and ${bus.value} is one of the kind ${there}: QEMU stops with "Device '${driver}' can't go on ${there} bus".`,
    at: bus.span,
    about: device ?? option,
    fixes: [fix],
  });
}
