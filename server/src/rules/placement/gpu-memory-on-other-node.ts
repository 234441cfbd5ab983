import { memoryNearDevices } from '../../placement/deviceVerdicts.ts';
import { distanceBetween } from '../../placement/hostFacts.ts';
import { placementOf } from '../../placement/placement.ts';
import { capital, nameHostNodes } from '../../placement/wording.ts';
import { defineRule } from '../define.ts';
import { areDevices, fromVerdict, severityFor, suggestion } from './report.ts';
import { moveThreads, settle } from './settle.ts';

export default defineRule({
  name: 'gpu-memory-on-other-node',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'warning',
  summary: 'The memory of the guest is on another host node than the device that is handed to it.',
  explains: [
    'gpu-vcpus-on-other-node',
    'vcpus-unpinned-with-binding',
    'node-cpu-memory-disagree',
    'numatune-nodeset-wider-than-needed',
    'emulatorpin-remote-node',
    'single-guest-node-spans-host-nodes',
  ],
  sources: [
    { title: 'Linux: numa_node of a PCI device', ref: 'Documentation/ABI/testing/sysfs-bus-pci' },
    { title: 'Linux: NUMA memory policy', ref: 'Documentation/admin-guide/mm/numa_memory_policy.rst' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const placement = placementOf(guest, host);
    for (const verdict of memoryNearDevices(placement)) {
      const { devices, groups, reach } = verdict;
      const [group] = groups;
      if (verdict.holds || !reach || !group) continue;
      const [device] = devices;
      const at = device.device.hostAddress;
      if (at.state !== 'known') continue;
      const distance = distanceBetween(reach.from, reach.to, host);
      report({
        message:
          `${capital(areDevices(devices))} on ${nameHostNodes(reach.from)}, but guest memory comes from ` +
          `${nameHostNodes(reach.to)}: every DMA crosses between the nodes` +
          `${distance === undefined ? '' : ` (distance ${distance})`}.`,
        at: at.span,
        about: [...devices.map((each) => each.device), ...group.about],
        ...severityFor(devices),
        ...fromVerdict(verdict, at.span),
        fixes: [...reach.from].flatMap((node) => {
          const threads = moveThreads(placement, group, node, {}) ?? [];
          const what = threads.length === 0 ? 'Bind guest memory' : 'Bring memory and vCPUs';
          return suggestion(`${what} to host node ${node}`, settle(placement, group, node));
        }),
      });
    }
  },
});
