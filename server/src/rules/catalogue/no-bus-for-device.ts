import { BUS_KINDS, type BusKind } from '../../catalogue/busProviders.ts';
import { mergedValue, optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { isX86 } from '../../guest/machine.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { meantQemu, writeInstead } from './meant.ts';

export default defineRule({
  name: 'no-bus-for-device',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A device needs a bus that no controller makes: USB, SCSI, sound, serial ports of virtio.',
  sources: [
    {
      title: "QEMU: No '…' bus found for device",
      ref: 'softmmu/qdev-monitor.c: qdev_device_add_from_qdict',
    },
    { title: 'QEMU: kinds of buses', ref: '-device help, 7.2 to 11.1' },
  ],
  since: '0.1.0',
  check(context) {
    const devices = optionsNamed(context.line, 'device');
    if (devices.length === 0 || context.line.openedBy.length > 0 || !isX86(context.guest.machine)) return;
    const catalogue = meantQemu(context)?.catalogue;
    // Boards of other kinds may come with a controller.
    const family = effective(context.guest.machine.type)?.family;
    if (!catalogue || (family !== 'q35' && family !== 'i440fx')) return;
    const firstMakers = new Map<string, number>();
    for (const [at, option] of devices.entries()) {
      const driver = option.makes;
      if (driver === undefined) return;
      if (option.open || option.text.has('bus')) continue;
      const bus = catalogue.deviceHead(driver)?.bus;
      if (bus === 'virtio-bus') reportInner(context, option, driver);
      const kind = bus !== undefined && Object.hasOwn(BUS_KINDS, bus) ? BUS_KINDS[bus] : undefined;
      if (bus === undefined || !kind) continue;
      const first = firstMakers.get(bus) ?? firstMaker(devices, kind);
      firstMakers.set(bus, first);
      if (at <= first && !isOnBoard(context, bus)) {
        report(context, option, driver, bus, kind, devices.slice(at + 1));
      }
    }
  },
});

/** Where the first controller stands that makes a bus of a kind; behind all devices where there is none. */
function firstMaker(devices: readonly Option[], { controllers }: BusKind): number {
  const first = devices.findIndex(({ makes }) => makes !== undefined && controllers.test(makes));
  return first < 0 ? devices.length : first;
}

/** A device of virtio without what carries it: a PC has no such buses of its own, and each card keeps its for itself. */
function reportInner(context: QemuContext, option: Option, driver: string): void {
  const card = `${driver.replace(/-device$/, '')}-pci`;
  const isCard = meantQemu(context)?.catalogue.device(card) !== undefined;
  context.report({
    message: `${driver} is what a card of virtio carries, and PCs have no other place for it: QEMU stops with "No 'virtio-bus' bus found for device '${driver}'".`,
    at: isKnown(option.head) ? option.head.span : option.span,
    about: option,
    fixes: isCard && isKnown(option.head) ? writeInstead(option.head, card) : [],
  });
}

/** USB is switched on for the whole machine, by an option or by what an old option plugs in. */
function isOnBoard({ line }: QemuContext, bus: string): boolean {
  if (bus !== 'usb-bus') return false;
  if (optionsNamed(line, 'usb', 'usbdevice', 'usbtablet').length > 0) return true;
  const usb = mergedValue(line, ['machine', 'M'], 'usb');
  return usb.state === 'unknown' || (isKnown(usb) && /^(on|yes|true|y)$/.test(usb.value));
}

function report(
  context: QemuContext,
  option: Option,
  driver: string,
  bus: string,
  { controllers, usual }: BusKind,
  later: readonly Option[],
): void {
  const behind = later.find((other) => controllers.test(other.makes ?? ''));
  const refusal = `No '${bus}' bus found for device '${driver}'`;
  context.report({
    message: behind
      ? `${driver} stands before the controller that it is plugged into: QEMU stops with "${refusal}".`
      : `${driver} is plugged into a bus of the kind ${bus}, and nothing on the line makes one: QEMU stops with "${refusal}".`,
    at: isKnown(option.head) ? option.head.span : option.span,
    about: option,
    fixes: fixesFor(context, option, behind, usual),
  });
}

function fixesFor({ line }: QemuContext, option: Option, behind: Option | undefined, usual: string): Fix[] {
  if (behind) {
    return [
      {
        title: 'Move it behind the controller',
        applicability: 'safe',
        changes: [{ op: 'move-option', option, after: behind }],
      },
    ];
  }
  const before = line.options[line.options.indexOf(option) - 1];
  if (!before) return [];
  return [
    {
      title: `Add -device ${usual} before it`,
      applicability: 'suggestion',
      changes: [{ op: 'add-option', words: ['-device', usual], after: before }],
    },
  ];
}
