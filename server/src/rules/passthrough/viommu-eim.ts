import type { Iommu } from '../../guest/iommu.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';

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
    const irqchip = effective(guest.pci.irqchip);
    for (const iommu of guest.pci.iommus.items) {
      const { eim, intremap } = iommu;
      if (!isKnown(eim) || !eim.value || intremap.state === 'unknown' || effective(intremap)) continue;
      // Where nothing is said of remapping, QEMU switches it on if it can. Libvirt does not.
      if (guest.dialect === 'qemu' && intremap.state === 'absent' && irqchip !== 'kernel') continue;
      const refusal =
        guest.dialect === 'qemu'
          ? 'QEMU stops with "eim=on cannot be selected without intremap=on"'
          : 'libvirt refuses the domain with "IOMMU eim requires interrupt remapping to be enabled"';
      report({
        message: `The extended interrupt mode is a part of interrupt remapping, which is ${isKnown(intremap) ? 'off' : 'not on'}: ${refusal}.`,
        at: eim.span,
        about: iommu,
        ...(isKnown(intremap)
          ? { related: [{ span: intremap.span, message: 'It is switched off here.' }] }
          : {}),
        fixes: fixesFor(iommu, irqchip !== undefined),
      });
    }
  },
});

/** @param kvm false where remapping may be out of reach, which is KVM's and QEMU's together. */
function fixesFor(iommu: Iommu, kvm: boolean): readonly Fix[] {
  const remap: Fix = {
    title: 'Switch interrupt remapping on',
    applicability: 'suggestion',
    changes: [{ op: 'set', entity: iommu, field: 'intremap', to: true }],
  };
  const doWithout: Fix = {
    title: 'Do without the extended interrupt mode',
    applicability: 'suggestion',
    changes: [{ op: 'set', entity: iommu, field: 'eim', to: false }],
  };
  return kvm ? [remap, doWithout] : [doWithout, remap];
}
