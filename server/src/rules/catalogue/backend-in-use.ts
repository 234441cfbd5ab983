import type { Option } from '../../dialects/qemu/option.ts';
import { isX86, type Machine } from '../../guest/machine.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { identifiedBy } from './identified.ts';

/** Disks write to their drive, and two of them cannot, unless both say that they share it. */
const DISKS = new Set(['virtio-blk', 'virtio-blk-pci', 'scsi-hd', 'ide-hd', 'nvme', 'usb-storage']);

/** Properties of devices that take a backend for themselves, and the option that makes it. */
const TAKEN: Readonly<Record<string, { readonly maker: string; refusal(id: string): string }>> = {
  chardev: { maker: 'chardev', refusal: (id) => `can't take value '${id}'` },
  drive: { maker: 'drive', refusal: (id) => `Drive '${id}' is already in use by another device` },
  netdev: { maker: 'netdev', refusal: (id) => `can't take value '${id}', it's in use` },
};

const KINDS = Object.entries(TAKEN);

export default defineRule({
  name: 'backend-in-use',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A device is given a drive, network or character backend that another device has already.',
  sources: [
    {
      title: "QEMU: can't take value, it's in use",
      ref: 'hw/core/qdev-properties-system.c: set_netdev, set_chr',
    },
    { title: 'QEMU: Drive is already in use', ref: 'hw/core/qdev-properties-system.c: set_drive_helper' },
  ],
  since: '0.1.0',
  check(context) {
    const first = new Map<string, Option>();
    for (const option of context.line.options) {
      if (option.name === 'mon') checkMonitor(context, option, first);
      if (option.name !== 'device') continue;
      for (const [key, { maker, refusal }] of KINDS) {
        const id = option.says(key);
        const made = id === undefined ? undefined : makerOf(context, maker, id);
        if (id === undefined || !made) continue;
        const before = first.get(`${key} ${id}`);
        if (before) reportTwice(context, option, before, key, refusal(id));
        else if (maker === 'drive') checkConnected(context, option, made, id);
        first.set(`${key} ${id}`, before ?? option);
      }
      checkNode(context, option, first);
    }
  },
});

/** A monitor takes its character device for itself too, and is made before any device. */
function checkMonitor(context: QemuContext, option: Option, first: Map<string, Option>): void {
  const id = option.says('chardev');
  if (id === undefined || !makerOf(context, 'chardev', id)) return;
  const key = `chardev ${id}`;
  const before = first.get(key);
  if (before) reportTwice(context, option, before, 'chardev', `Device '${id}' is in use`);
  else first.set(key, option);
}

/** A node of -blockdev can be shared, by devices that read or say so. */
function checkNode(context: QemuContext, option: Option, first: Map<string, Option>): void {
  const node = option.says('drive');
  const driver = option.makes;
  if (node === undefined || driver === undefined || !DISKS.has(driver)) return;
  if (option.open || option.text.has('share-rw')) return;
  const made = identifiedBy(context.line, ['blockdev', 'drive'])?.byId.get(node) ?? [];
  const maker = made[0]?.option;
  if (made.length !== 1 || maker?.name !== 'blockdev' || maker.open || isReadOnly(maker)) return;
  const key = `node ${node}`;
  const before = first.get(key);
  if (before) reportTwice(context, option, before, 'drive', `Permission conflict on node '${node}'`);
  else first.set(key, option);
}

/** Also where it is not known. */
const isReadOnly = (maker: Option): boolean =>
  maker.text.has('read-only') && maker.says('read-only') !== 'off';

/** The option that makes a backend which only one device can have. */
function makerOf({ line }: QemuContext, name: string, id: string): Option | undefined {
  const made = identifiedBy(line, [name])?.byId.get(id) ?? [];
  const [only] = made;
  if (made.length !== 1 || !only || only.option.open) return undefined;
  // A node of -drive can be shared, and so can a character device that says so.
  if (only.option.says('id') !== id) return undefined;
  return name === 'chardev' && only.option.text.has('mux') ? undefined : only.option;
}

function reportTwice(
  context: QemuContext,
  option: Option,
  before: Option,
  key: string,
  refusal: string,
): void {
  const value = option.value(key);
  if (!isKnown(value)) return;
  context.report({
    message: `Another ${before.name === 'mon' ? 'monitor' : 'device'} has ${value.value} already: QEMU stops with "${refusal}".`,
    at: value.span,
    about: option,
    related: [{ span: before.span, message: `This one has ${value.value}.` }],
    fixes: [
      {
        title: option.name === 'mon' ? 'Remove the second monitor' : 'Remove the second device',
        applicability: 'suggestion',
        changes: [{ op: 'remove-option', option }],
      },
    ],
  });
}

/** PCs do; a microvm and the machines without devices of their own leave a drive to whoever names it. */
const plugsDrivesIn = (machine: Machine): boolean =>
  isX86(machine) &&
  (machine.type.state === 'absent' || (effective(machine.type)?.family ?? 'other') !== 'other');

/** Without if=none the machine plugs the drive in itself. */
function checkConnected({ guest, report }: QemuContext, device: Option, drive: Option, id: string): void {
  const written = drive.value('if');
  if (written.state === 'unknown' || !plugsDrivesIn(guest.machine)) return;
  const by = isKnown(written) ? written.value : 'ide';
  if (by !== 'virtio' && by !== 'ide') return;
  const fix: Fix = {
    title: 'Say if=none',
    applicability: 'safe',
    changes: [{ op: 'set-property', option: drive, key: 'if', text: 'none' }],
  };
  report({
    message:
      `The drive ${id} ${isKnown(written) ? `has if=${by}` : 'does not say if=none'}, so that the machine plugs it in itself: QEMU ` +
      `stops with "Drive '${id}' is already in use because it has been automatically connected to another device".`,
    at: isKnown(written) ? written.span : drive.span,
    about: drive,
    related: [{ span: device.span, message: 'This device is to have it.' }],
    fixes: [fix],
  });
}
