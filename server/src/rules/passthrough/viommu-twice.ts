import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { isX86 } from '../../guest/machine.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

const IOMMU = /^(intel-iommu|amd-iommu|virtio-iommu(-pci)?)$/;

export default defineRule({
  name: 'viommu-twice',
  reads: 'qemu',
  topic: 'passthrough',
  severity: 'error',
  summary: 'A guest has two virtual IOMMUs, and an x86 machine takes one.',
  sources: [
    {
      title: 'QEMU: QEMU does not support multiple vIOMMUs for x86 yet',
      ref: 'hw/i386/x86-iommu.c: x86_iommu_realize; hw/i386/pc.c: pc_machine_device_pre_plug_cb',
    },
  ],
  since: '0.1.0',
  check({ guest, line, report }) {
    if (!isX86(guest.machine)) return;
    const [first, second] = optionsNamed(line, 'device').filter(
      ({ makes }) => makes !== undefined && IOMMU.test(makes),
    );
    if (!first || !second || !isKnown(second.head)) return;
    report({
      message:
        'The guest has a virtual IOMMU already: QEMU stops with "QEMU does not support multiple vIOMMUs for x86 yet.".',
      at: second.head.span,
      about: second,
      related: [{ span: first.span, message: 'This is the first one.' }],
      fixes: [
        {
          title: 'Remove the second IOMMU',
          applicability: 'suggestion',
          changes: [{ op: 'remove-option', option: second }],
        },
      ],
    });
  },
});
