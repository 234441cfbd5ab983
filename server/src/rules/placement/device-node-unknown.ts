import { cpuNodes } from '../../placement/hostFacts.ts';
import { placementOf } from '../../placement/placement.ts';
import { capital } from '../../placement/wording.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'device-node-unknown',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'information',
  summary: 'Nobody knows which host node a device is on that is handed to the guest.',
  sources: [{ title: 'Linux: numa_node of a PCI device', ref: 'Documentation/ABI/testing/sysfs-bus-pci' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    const nodes = cpuNodes(host).size;
    if (nodes < 2) return;
    for (const { device, name, nodes: own } of placementOf(guest, host).devices) {
      if (own || device.hostAddress.state !== 'known') continue;
      report({
        message:
          `${capital(name)} has no node in the profile of this host, which has ${nodes} with CPUs: the firmware gave none ` +
          '(_PXM), or the profile was made without it, and nothing is said here about what is near the device.',
        at: device.hostAddress.span,
        about: device,
      });
    }
  },
});
