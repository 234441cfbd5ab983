import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { defaultDisplay } from '../../dialects/qemu/lower/builtIn.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';

/** The same display with a VGA part, which takes the place of the default one. */
const WITH_VGA: Readonly<Record<string, string>> = {
  'virtio-gpu-pci': 'virtio-vga',
  'virtio-gpu-gl-pci': 'virtio-vga-gl',
  qxl: 'qxl-vga',
};

export default defineRule({
  name: 'default-vga-beside-gpu',
  reads: 'qemu',
  topic: 'structure',
  severity: 'information',
  summary: 'Beside the display that was asked for, the guest has the one that QEMU adds by itself.',
  sources: [
    { title: 'QEMU: the default display', ref: 'softmmu/vl.c: default_list, qemu_create_default_devices' },
  ],
  since: '0.1.0',
  check({ guest, line, sources, report }) {
    if (optionsNamed(line, 'vga').length > 0 || !isKnown(defaultDisplay(line))) return;
    const type = effective(guest.machine.type);
    if (type?.family !== 'q35' && type?.family !== 'i440fx') return;
    const device = guest.pci.devices.items.find(({ role }) => role === 'display');
    const option = device && sources.get(device);
    const driver = device && effective(device.driver);
    if (!device || !option || !driver) return;
    report({
      message: `${driver} comes beside the VGA that QEMU adds where nobody says -vga: the guest has two displays.`,
      at: device.label,
      about: option,
      fixes: fixesFor(option, driver),
    });
  },
});

function fixesFor(option: Option, driver: string): Fix[] {
  const better = WITH_VGA[driver];
  return [
    {
      title: 'Leave the default one out: -vga none',
      applicability: 'suggestion',
      changes: [{ op: 'add-option', words: ['-vga', 'none'], after: option }],
    },
    ...(better
      ? ([
          {
            title: `Make it ${better}, which replaces the default one`,
            applicability: 'suggestion',
            changes: [{ op: 'set-property', option, key: 'driver', text: better }],
          },
        ] as const)
      : []),
  ];
}
