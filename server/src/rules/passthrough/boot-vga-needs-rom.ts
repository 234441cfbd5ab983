import { defineRule } from '../define.ts';
import { passedDevices } from './hostDevices.ts';

export default defineRule({
  name: 'boot-vga-needs-rom',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'passthrough',
  severity: 'hint',
  summary: 'The display that the firmware of the host uses is handed to the guest without a ROM file.',
  sources: [
    { title: 'Linux: boot_vga', ref: 'Documentation/ABI/testing/sysfs-bus-pci' },
    { title: 'QEMU: romfile of a vfio-pci device', ref: 'hw/vfio/pci.c: vfio_pci_size_rom' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    for (const { device, at, name, onHost } of passedDevices(guest, host)) {
      if (onHost?.facts.bootVga !== true || device.rom?.file.state !== 'absent') continue;
      report({
        message:
          `The firmware of the host starts on ${name}, and leaves its ROM as it is after use: many cards stay black in a ` +
          'guest until they get a ROM file of their own, or the host starts on another display.',
        at,
        about: device,
      });
    }
  },
});
