import { defineRule } from '../define.ts';
import { passedDevices } from './hostDevices.ts';

export default defineRule({
  name: 'acs-override-in-use',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'passthrough',
  severity: 'information',
  summary:
    'The kernel of the host was told to take devices for separate that the hardware does not keep apart.',
  sources: [{ title: 'The patch that adds pcie_acs_override=', ref: 'lkml.org/lkml/2013/5/30/513' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    if (host.profile.iommu?.acsOverride !== true) return;
    const [first] = passedDevices(guest, host);
    if (!first?.onHost) return;
    report({
      message:
        'This host runs with pcie_acs_override=: its IOMMU groups are smaller than what the hardware isolates, and a ' +
        'device of one guest can reach those of others and of the host past the IOMMU.',
      at: first.at,
      about: first.device,
    });
  },
});
