import { isKnown } from '../../guest/value.ts';
import { formatPciAddress } from '../../values/pciAddress.ts';
import { defineRule } from '../define.ts';

/** Where every Intel processor has its graphics unit. */
const INTEL_GRAPHICS = '0000:00:02.0';

export default defineRule({
  name: 'igpu-passthrough-special',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'hint',
  summary:
    'The host device is where Intel processors have their own graphics unit, which is no ordinary card.',
  sources: [{ title: 'QEMU: Intel graphics device assignment', ref: 'docs/igd-assign.txt' }],
  since: '0.1.0',
  check({ guest, report }) {
    for (const device of guest.pci.devices.items) {
      const { role, hostAddress } = device;
      if (role !== 'passthrough' || !isKnown(hostAddress)) continue;
      if (formatPciAddress(hostAddress.value) !== INTEL_GRAPHICS) continue;
      report({
        message:
          `${INTEL_GRAPHICS} is the graphics unit of the processor on an Intel host, not a card. It shares memory and firmware ` +
          'tables with the host, so a guest needs more for it: its OpRegion, and for older ones machine pc and slot 2.',
        at: hostAddress.span,
        about: device,
      });
    }
  },
});
