import { busRoleOf, canonicalDriver, isPciEndpoint } from '../../catalogue/pciDrivers.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { creationOrder } from '../../dialects/qemu/lower/pci.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { effective, isAbsent, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

export default defineRule({
  name: 'implicit-bus-is-pxb',
  reads: 'qemu',
  topic: 'structure',
  severity: 'error',
  summary: 'A device without bus= stands behind an expander bus, which takes it over.',
  sources: [
    {
      title: 'QEMU: Only PCI/PCIe bridges can be plugged into pxb-pcie',
      ref: 'hw/pci/pci.c: pci_qdev_realize',
    },
    { title: 'QEMU: limitations of the expander bridge', ref: 'docs/pci_expander_bridge.txt' },
  ],
  since: '0.1.0',
  check(context) {
    let expander: Option | undefined;
    for (const option of creationOrder(context.line)) {
      const driver = isKnown(option.head) ? canonicalDriver(option.head.value) : undefined;
      if (driver === undefined) continue;
      const role = busRoleOf(driver);
      if (expander && isAbsent(option.value('bus'))) {
        if (role === 'port' || role === 'bridge') reportBridge(context, option, driver, expander);
        // Of expanders themselves pxb-not-on-root-bus speaks.
        else if (role === undefined && isPciEndpoint(driver))
          reportEndpoint(context, option, driver, expander);
      }
      if (role === 'expander') expander = option;
    }
    if (!expander) return;
    // QEMU turns these into devices of their own behind all -device options.
    for (const drive of optionsNamed(context.line, 'drive')) {
      const interfaceType = drive.find('if')?.value;
      if (isKnown(interfaceType) && interfaceType.value === 'virtio') reportDrive(context, drive, expander);
    }
  },
});

const REFUSAL = 'Only PCI/PCIe bridges can be plugged into';

const nameOf = (expander: Option): string => expander.says('id') ?? 'the expander';

const typeOf = (expander: Option): string => expander.makes ?? 'pxb';

const here = (expander: Option) => [{ span: expander.span, message: 'The expander bus is made here.' }];

function reportEndpoint(context: QemuContext, option: Option, driver: string, expander: Option): void {
  context.report({
    message:
      `${driver} names no bus, so QEMU plugs it into the expander ${nameOf(expander)} before it, and stops with ` +
      `"PCI: ${REFUSAL} ${typeOf(expander)}".`,
    at: option.head.state === 'known' ? option.head.span : option.span,
    about: option,
    related: here(expander),
    fixes: rootFix(context, option, 'safe'),
  });
}

function reportBridge(context: QemuContext, option: Option, driver: string, expander: Option): void {
  context.report({
    severity: 'warning',
    message:
      `${driver} names no bus, so QEMU plugs it into the expander ${nameOf(expander)} before it: what is ` +
      'below it takes that guest node.',
    at: option.head.state === 'known' ? option.head.span : option.span,
    about: option,
    related: here(expander),
    fixes: [
      ...rootFix(context, option, 'suggestion'),
      {
        title: `Name the expander: bus=${nameOf(expander)}`,
        applicability: 'suggestion',
        changes: [{ op: 'set-property', option, key: 'bus', text: nameOf(expander) }],
      },
    ],
  });
}

function reportDrive(context: QemuContext, drive: Option, expander: Option): void {
  const place = drive.find('if');
  context.report({
    message:
      `if=virtio makes a virtio-blk-pci without a bus, so QEMU plugs it into the expander ${nameOf(expander)} and stops ` +
      `with "PCI: ${REFUSAL} ${typeOf(expander)}", wherever the drive stands.`,
    at: place?.span ?? drive.span,
    about: drive,
    related: here(expander),
    fixes: driveFix(context, drive),
  });
}

/** The bus that the machine itself has, e.g. pcie.0. */
function rootBus({ guest }: QemuContext): string | undefined {
  const root = guest.pci.buses.items.find((bus) => bus.role === 'root');
  return root && effective(root.id);
}

function rootFix(context: QemuContext, option: Option, applicability: Fix['applicability']): Fix[] {
  const root = rootBus(context);
  if (root === undefined) return [];
  return [
    {
      title: `Plug it into ${root}`,
      applicability,
      changes: [{ op: 'set-property', option, key: 'bus', text: root }],
    },
  ];
}

/** if=virtio is short for a drive without interface and a device; only the device can name a bus. */
function driveFix(context: QemuContext, drive: Option): Fix[] {
  const root = rootBus(context);
  const id = drive.value('id');
  if (root === undefined || id.state === 'unknown') return [];
  const name = isKnown(id) ? id.value : freeDriveId(context);
  return [
    {
      title: `Plug the drive's device into ${root}`,
      applicability: 'safe',
      changes: [
        { op: 'set-property', option: drive, key: 'if', text: 'none' },
        ...(isKnown(id) ? [] : [{ op: 'set-property', option: drive, key: 'id', text: name } as const]),
        { op: 'add-option', words: ['-device', `virtio-blk-pci,drive=${name},bus=${root}`], after: drive },
      ],
    },
  ];
}

function freeDriveId({ line }: QemuContext): string {
  const used = new Set(line.options.map((option) => option.says('id')));
  let i = 0;
  while (used.has(`drive${i}`)) i++;
  return `drive${i}`;
}
