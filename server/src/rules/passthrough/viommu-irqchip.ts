import { effective } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'viommu-irqchip',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'error',
  summary: 'A virtual IOMMU is to remap interrupts, while KVM has all of the interrupt controllers.',
  sources: [
    {
      title: 'QEMU: Interrupt Remapping cannot work with kernel-irqchip=on',
      ref: 'hw/i386/x86-iommu.c: x86_iommu_realize',
    },
    {
      title: 'libvirt: IOMMU interrupt remapping requires split I/O APIC',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefIOMMU',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const { irqchip } = guest.pci;
    if (effective(irqchip) !== 'kernel') return;
    for (const iommu of guest.pci.iommus.items) {
      if (!effective(iommu.intremap)) continue;
      const refusal =
        guest.dialect === 'qemu'
          ? `QEMU stops with "Interrupt Remapping cannot work with kernel-irqchip=on, please use 'split|off'."`
          : `libvirt refuses the domain with "IOMMU interrupt remapping requires split I/O APIC (ioapic driver='qemu')"`;
      const holder =
        irqchip.state === 'known'
          ? 'KVM has the I/O APIC'
          : 'KVM has the I/O APIC where nothing is said of it';
      report({
        message: `The IOMMU is to remap interrupts, and ${holder}: ${refusal}.`,
        at: iommu.intremap.state === 'known' ? iommu.intremap.span : iommu.label,
        about: iommu,
        ...(irqchip.state === 'known'
          ? { related: [{ span: irqchip.span, message: 'It is said here.' }] }
          : {}),
        fixes: [
          {
            title: 'Let QEMU have the I/O APIC',
            applicability: 'suggestion',
            changes: [{ op: 'set', entity: iommu, field: 'irqchip', to: 'split' }],
          },
          {
            title: 'Do without interrupt remapping',
            applicability: 'suggestion',
            changes: [{ op: 'set', entity: iommu, field: 'intremap', to: false }],
          },
        ],
      });
    }
  },
});
