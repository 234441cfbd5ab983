import { pluggedName } from '../../guest/plugged.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'rombar-hotplug',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'warning',
  summary: 'A device has a ROM file and no register to show it in.',
  sources: [
    {
      title: "QEMU: Hot-plugged device without ROM bar can't have an option ROM",
      ref: 'hw/pci/pci.c: pci_add_option_rom',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    for (const device of guest.pci.devices.items) {
      const { bar, file } = device.rom ?? {};
      if (!isKnown(bar) || bar.value || !isKnown(file) || file.value === '') continue;
      report({
        message:
          `The ROM file of ${pluggedName(device)} has no register to be seen in: only SeaBIOS is handed it, UEFI and the guest do not ` +
          'find it, and plugged into a running guest the device is refused.',
        at: bar.span,
        about: device,
        related: [{ span: file.span, message: 'The file.' }],
        fixes: [
          {
            title: 'Show the ROM',
            applicability: 'suggestion',
            changes: [{ op: 'replace', value: bar, text: device.dialect === 'qemu' ? '1' : 'on' }],
          },
        ],
      });
    }
  },
});
