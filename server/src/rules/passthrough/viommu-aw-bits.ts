import { atLeast } from '../../guest/target.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';

/** Three and four levels of tables; five came with first-stage tables in 10.1 and another property. */
const WIDTHS = [39, 48];

/** Before, the refusal does not speak of modes. */
const NAMES_MODE = [10, 0] as const;

export default defineRule({
  name: 'viommu-aw-bits',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'error',
  summary: 'The virtual IOMMU is to translate addresses of a width that it does not have.',
  sources: [
    {
      title: 'QEMU: supported values for aw-bits are: 39, 48',
      ref: 'hw/i386/intel_iommu.c: vtd_decide_config',
    },
  ],
  since: '0.1.0',
  check({ guest, target, report }) {
    for (const iommu of guest.pci.iommus.items) {
      const { addressBits, model } = iommu;
      if (model !== 'intel' || !isKnown(addressBits) || WIDTHS.includes(addressBits.value)) continue;
      // With a width of 0 libvirt leaves it to QEMU.
      if (guest.dialect === 'libvirt' && addressBits.value === 0) continue;
      // With tables of the first stage there are 57 bits, which are switched on elsewhere.
      if (addressBits.value === 57) continue;
      const fixes = WIDTHS.toReversed().map(
        (width): Fix => ({
          title: `Translate ${width} bits`,
          applicability: 'suggestion',
          changes: [{ op: 'replace', value: addressBits, text: String(width) }],
        }),
      );
      const refusal =
        target.qemu && !atLeast(target.qemu, NAMES_MODE)
          ? 'Supported values for aw-bits are: 39, 48'
          : 'Legacy mode: supported values for aw-bits are: 39, 48';
      report({
        message:
          `An Intel IOMMU has tables for addresses of 39 or 48 bits, not ${addressBits.value}: ` +
          (guest.dialect === 'qemu'
            ? `QEMU stops with "${refusal}".`
            : `libvirt defines the domain, and QEMU does not start it: "${refusal}".`),
        at: addressBits.span,
        about: iommu,
        fixes,
      });
    }
  },
});
