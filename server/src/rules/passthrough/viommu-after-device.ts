import { isPassthrough } from '../../catalogue/pciDrivers.ts';
import { creationOrder } from '../../dialects/qemu/lower/pci.ts';
import { effective } from '../../guest/value.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'viommu-after-device',
  reads: 'qemu',
  topic: 'passthrough',
  severity: 'warning',
  summary: 'The virtual IOMMU stands behind a device that it is to translate for.',
  sources: [
    {
      title: 'QEMU: a passed-through device takes its address space when it is made',
      ref: 'hw/vfio/pci.c: vfio_realize, hw/pci/pci.c: pci_device_iommu_address_space',
    },
    { title: 'QEMU: the IOMMU goes before all other devices', ref: 'https://wiki.qemu.org/Features/VT-d' },
  ],
  since: '0.1.0',
  check({ guest, line, sources, report }) {
    const order = creationOrder(line);
    for (const iommu of guest.pci.iommus.items) {
      const option = sources.get(iommu);
      const before = option ? order.slice(0, order.indexOf(option)) : [];
      const devices = before.filter((each) =>
        guest.pci.devices.items.some((device) => sources.get(device) === each && device.role !== 'other'),
      );
      const passed = devices.find(({ head }) => isPassthrough(effective(head) ?? ''));
      const first = passed ?? devices[0];
      if (!option || !first) continue;
      const driver = first.makes;
      report({
        ...(passed ? {} : { severity: 'information' as const }),
        message: passed
          ? `${driver} is made before the IOMMU and takes the guest's memory as it is: the IOMMU does not translate for it.`
          : `${driver} is made before the IOMMU. QEMU settles that for its own devices, and asks for the IOMMU to be the first.`,
        at: iommu.label,
        about: iommu,
        related: [{ span: spanOf(first.uri, first.range), message: 'Made before it.' }],
        // Only over one another do they change places; whatever stands between keeps its bus.
        fixes: before.length === 1 ? [moveFix(option, first)] : [],
      });
    }
  },
});

const moveFix = (iommu: ReturnType<typeof creationOrder>[number], first: typeof iommu) =>
  ({
    title: 'Put the IOMMU first',
    applicability: 'suggestion',
    changes: [{ op: 'move-option', option: first, after: iommu }],
  }) as const;
