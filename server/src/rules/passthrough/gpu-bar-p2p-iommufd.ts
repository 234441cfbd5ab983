import { complete } from '../../guest/collection.ts';
import type { Device } from '../../guest/pci.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'gpu-bar-p2p-iommufd',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'hint',
  summary: 'Some passed-through devices use iommufd and others a VFIO container.',
  sources: [
    { title: 'QEMU: the two interfaces side by side', ref: 'docs/devel/vfio-iommufd.rst' },
    { title: 'libvirt: <driver iommufd=>', ref: 'docs/formatdomain.rst: Host device assignment' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const passed = complete(guest.pci.devices)?.filter(({ role }) => role === 'passthrough');
    if (!passed || passed.some(({ iommufd }) => iommufd?.state === 'unknown')) return;
    const older = passed.filter((device) => !usesIommufd(device));
    const first = passed.find(usesIommufd);
    if (!first || !older[0] || !isKnown(first.iommufd)) return;
    report({
      message:
        `${count(passed.length - older.length)} iommufd and ${count(older.length)} a VFIO container: all of the guest's memory is pinned, ` +
        'mapped and counted against the limit for each of the two, and such devices do not reach one another directly.',
      at: older[0].label,
      about: older[0],
      related: [{ span: first.iommufd.span, message: 'This one uses iommufd.' }],
    });
  },
});

const usesIommufd = ({ iommufd }: Device): boolean => isKnown(iommufd) && iommufd.value;

const count = (devices: number): string => (devices === 1 ? '1 device uses' : `${devices} devices use`);
