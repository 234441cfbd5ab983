import type { Iommu, Irqchip } from '../../guest/iommu.ts';
import { atLeast } from '../../guest/target.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type GuestContext, type Report } from '../define.ts';

/** Before, only the split interrupt controller of KVM had it. */
const WITHOUT_KVM_SINCE = [9, 0] as const;

export default defineRule({
  name: 'viommu-eim',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'error',
  summary:
    'A virtual IOMMU is to have the extended interrupt mode without interrupt remapping, or without KVM.',
  sources: [
    {
      title:
        'QEMU: eim=on cannot be selected without intremap=on; eim=on requires accel=kvm,kernel-irqchip=split',
      ref: 'hw/i386/intel_iommu.c: vtd_decide_config',
    },
    {
      title: 'libvirt: IOMMU eim requires interrupt remapping to be enabled',
      ref: 'src/conf/domain_validate.c: virDomainIOMMUDefValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const iommu of context.guest.pci.iommus.items) {
      if (!isKnown(iommu.eim) || !iommu.eim.value || iommu.intremap.state === 'unknown') continue;
      const finding = withoutRemapping(context, iommu) ?? withoutKvm(context, iommu);
      if (finding) context.report({ at: iommu.eim.span, about: iommu, ...finding });
    }
  },
});

type Found = Pick<Report, 'message' | 'related' | 'fixes' | 'severity'>;

function withoutRemapping({ guest, target }: GuestContext, iommu: Iommu): Found | undefined {
  const { intremap } = iommu;
  const irqchip = effective(guest.pci.irqchip);
  if (effective(intremap)) return undefined;
  // Where nothing is said of remapping, QEMU switches it on if it can. Libvirt does not.
  if (guest.dialect === 'qemu' && intremap.state === 'absent' && irqchip !== 'kernel') return undefined;
  const refusal =
    guest.dialect === 'qemu'
      ? 'QEMU stops with "eim=on cannot be selected without intremap=on"'
      : 'libvirt refuses the domain with "IOMMU eim requires interrupt remapping to be enabled"';
  const remap: Fix = {
    title: 'Switch interrupt remapping on',
    applicability: 'suggestion',
    changes: [{ op: 'set', entity: iommu, field: 'intremap', to: true }],
  };
  const canRemap = takesIt(irqchip) || (target.qemu && atLeast(target.qemu, WITHOUT_KVM_SINCE));
  return {
    message: `The extended interrupt mode is a part of interrupt remapping, which is ${isKnown(intremap) ? 'off' : 'not on'}: ${refusal}.`,
    ...(isKnown(intremap) ? { related: [{ span: intremap.span, message: 'It is switched off here.' }] } : {}),
    fixes: canRemap ? [remap, doWithout(iommu)] : [doWithout(iommu)],
  };
}

/** What asks for remapping takes the I/O APIC from KVM where that is needed. */
const takesIt = (irqchip: Irqchip | undefined): boolean => irqchip === 'split' || irqchip === 'kernel';

/** Of KVM with all of the interrupt controllers viommu-irqchip speaks. */
function withoutKvm({ guest, target }: GuestContext, iommu: Iommu): Found | undefined {
  const emulated = effective(guest.processor.accelerators)?.[0] === 'tcg';
  if (guest.dialect !== 'qemu' || !(emulated || effective(guest.pci.irqchip) === 'user')) return undefined;
  if (target.qemu && atLeast(target.qemu, WITHOUT_KVM_SINCE)) return undefined;
  return {
    ...(target.qemu ? {} : { severity: 'warning' as const }),
    message:
      'QEMU has the interrupt controllers here, not KVM, and with those the extended interrupt mode came in 9.0: ' +
      'before, QEMU stops with "eim=on requires accel=kvm,kernel-irqchip=split".',
    fixes: [doWithout(iommu)],
  };
}

const doWithout = (iommu: Iommu): Fix => ({
  title: 'Do without the extended interrupt mode',
  applicability: 'suggestion',
  changes: [{ op: 'set', entity: iommu, field: 'eim', to: false }],
});
