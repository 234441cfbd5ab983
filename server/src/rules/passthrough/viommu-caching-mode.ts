import { effective } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'viommu-caching-mode',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'error',
  summary: 'A passed-through device stands behind a virtual Intel IOMMU without caching mode.',
  sources: [
    {
      title: 'QEMU: We need to set caching-mode=on for intel-iommu',
      ref: 'hw/i386/intel_iommu.c: vtd_panic_require_caching_mode',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const passed = guest.pci.devices.items.find(({ role }) => role === 'passthrough');
    if (!passed) return;
    for (const iommu of guest.pci.iommus.items) {
      const { cachingMode } = iommu;
      if (iommu.model !== 'intel' || cachingMode.state === 'unknown' || effective(cachingMode)) continue;
      report({
        message:
          'The virtual IOMMU does not tell the host of new mappings, which a passed-through device needs: QEMU stops with ' +
          '"We need to set caching-mode=on for intel-iommu to enable device assignment with IOMMU protection.".',
        at: cachingMode.state === 'known' ? cachingMode.span : iommu.label,
        about: iommu,
        related: [{ span: passed.label, message: 'This device is passed through.' }],
        fixes: [
          {
            title: 'Switch caching mode on',
            applicability: 'safe',
            changes: [{ op: 'set', entity: iommu, field: 'cachingMode', to: true }],
          },
        ],
      });
    }
  },
});
