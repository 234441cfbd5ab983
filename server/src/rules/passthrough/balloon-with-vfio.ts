import { effective } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'balloon-with-vfio',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'hint',
  summary: 'A guest with a passed-through device has a memory balloon, which then returns no memory.',
  sources: [
    {
      title: 'QEMU: discarding memory is switched off',
      ref: 'hw/vfio/container.c: vfio_ram_block_discard_disable',
    },
    { title: 'QEMU: the balloon is inhibited', ref: 'hw/virtio/virtio-balloon.c: virtio_balloon_inhibited' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const { items } = guest.pci.devices;
    const passed = items.find(({ role }) => role === 'passthrough');
    if (!passed) return;
    for (const device of items) {
      if (!/^virtio-balloon-pci/.test(effective(device.driver) ?? '')) continue;
      const implied = device.dialect === 'libvirt' && device.span.start === device.label.start;
      report({
        message:
          `${implied ? 'The memory balloon that libvirt adds where none is written' : 'The memory balloon'} gives nothing back: ` +
          'all memory of the guest is pinned for the passed-through device. It reports statistics, no more.',
        at: device.label,
        about: device,
        related: [{ span: passed.label, message: 'This device has all memory pinned.' }],
        fixes: [
          {
            title:
              device.dialect === 'libvirt' ? "Do without: <memballoon model='none'/>" : 'Remove the balloon',
            applicability: 'suggestion',
            changes: [{ op: 'remove', entity: device }],
          },
        ],
      });
    }
  },
});
