import { effective, isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'viommu-eim',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'error',
  summary: 'A virtual IOMMU is to have the extended interrupt mode without interrupt remapping.',
  sources: [
    {
      title: 'QEMU: eim=on cannot be selected without intremap=on',
      ref: 'hw/i386/intel_iommu.c: vtd_decide_config',
    },
    {
      title: 'libvirt: IOMMU eim requires interrupt remapping to be enabled',
      ref: 'src/conf/domain_validate.c: virDomainIOMMUDefValidate',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    for (const iommu of guest.pci.iommus.items) {
      const { eim, intremap } = iommu;
      if (!isKnown(eim) || !eim.value || intremap.state === 'unknown' || effective(intremap)) continue;
      // QEMU takes it where nothing is said of remapping, and libvirt does not.
      if (guest.dialect === 'qemu' && intremap.state === 'absent') continue;
      const refusal =
        guest.dialect === 'qemu'
          ? 'QEMU stops with "eim=on cannot be selected without intremap=on"'
          : 'libvirt refuses the domain with "IOMMU eim requires interrupt remapping to be enabled"';
      report({
        message: `The extended interrupt mode is a part of interrupt remapping, which is ${isKnown(intremap) ? 'off' : 'not asked for'}: ${refusal}.`,
        at: eim.span,
        about: iommu,
        ...(isKnown(intremap)
          ? { related: [{ span: intremap.span, message: 'It is switched off here.' }] }
          : {}),
        fixes: [
          {
            title: 'Switch interrupt remapping on',
            applicability: 'suggestion',
            changes: [{ op: 'set', entity: iommu, field: 'intremap', to: true }],
          },
          {
            title: 'Do without the extended interrupt mode',
            applicability: 'suggestion',
            changes: [{ op: 'set', entity: iommu, field: 'eim', to: false }],
          },
        ],
      });
    }
  },
});
