import { defineRule } from '../define.ts';
import { passedDevices } from './hostDevices.ts';

export default defineRule({
  name: 'vfio-no-iommu',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'passthrough',
  severity: 'error',
  summary: 'A device is handed to the guest on a host whose IOMMU is off.',
  explains: ['iommu-group-incomplete', 'vfio-driver-in-use', 'gpu-functions-split', 'memlock-too-small'],
  sources: [
    { title: 'QEMU: no iommu_group found', ref: 'hw/vfio/pci.c: vfio_realize' },
    {
      title: "libvirt: host doesn't support VFIO",
      ref: 'src/qemu/qemu_hostdev.c: qemuHostdevPreparePCIDevicesCheckSupport',
    },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const off = host.profile.iommu?.enabled === false;
    for (const { device, at, name, onHost } of passedDevices(guest, host)) {
      if (!onHost || (!off && onHost.facts.iommuGroup !== null)) continue;
      const fact = off ? 'The IOMMU of this host is off' : `Device ${name} is in no IOMMU group of this host`;
      const words =
        guest.dialect === 'qemu'
          ? `QEMU stops with "vfio ${name}: no iommu_group found"`
          : `libvirt does not start the guest: "host doesn't support VFIO PCI passthrough"`;
      report({
        message: `${fact}: ${words}. It is switched on in the firmware (VT-d, AMD-Vi), and on Intel with intel_iommu=on.`,
        at,
        about: device,
      });
    }
  },
});
