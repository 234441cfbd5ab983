import type { Guest } from '../../guest/guest.ts';
import { effective } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'viommu-irqchip',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'error',
  summary: 'A virtual IOMMU is to remap interrupts, while KVM, not QEMU, has the I/O APIC.',
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
          : runsOnKvm(guest)
            ? 'KVM has the I/O APIC where nothing is said of it'
            : 'nothing says that QEMU has the I/O APIC';
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

/** Libvirt asks for the same whatever runs the guest. */
const runsOnKvm = (guest: Guest): boolean =>
  guest.dialect === 'qemu' || effective(guest.processor.accelerators)?.[0] === 'kvm';
