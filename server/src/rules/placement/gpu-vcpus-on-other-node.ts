import { vcpusNearDevices } from '../../placement/deviceVerdicts.ts';
import { isKept } from '../../placement/place.ts';
import { placementOf } from '../../placement/placement.ts';
import { capital, nameHostCpus, nameHostNodes } from '../../placement/wording.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { areDevices, fromVerdict, severityFor, suggestion } from './report.ts';
import { moveThreads, settle } from './settle.ts';

export default defineRule({
  name: 'gpu-vcpus-on-other-node',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'warning',
  summary: 'No vCPU can run on the host node of a device that is handed to the guest.',
  explains: ['node-cpu-memory-disagree', 'single-guest-node-spans-host-nodes', 'emulatorpin-remote-node'],
  sources: [
    { title: 'Linux: local_cpulist of a PCI device', ref: 'Documentation/ABI/testing/sysfs-bus-pci' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const placement = placementOf(guest, host);
    for (const verdict of vcpusNearDevices(placement)) {
      const { devices, groups, reach } = verdict;
      const at = devices[0].device.hostAddress;
      if (verdict.holds || !reach || at.state !== 'known') continue;
      const [node] = reach.from;
      const cpus = IndexSet.of([...reach.from].flatMap((id) => host.cpusOfNode(id).ranges));
      const whose = groups.length === 1 && groups[0]!.node ? `vCPU of ${groups[0]!.name}` : 'vCPU';
      const where = groups.flatMap(({ threads }) => (isKept(threads) ? threads.nodes.ranges : []));
      const group = groups.length === 1 ? groups[0] : undefined;
      report({
        message:
          `${capital(areDevices(devices))} on ${nameHostNodes(reach.from)}, and no ${whose} can run there ` +
          `(${nameHostCpus(cpus)}): all run on ${nameHostNodes(IndexSet.of(where))}, and every access to the device crosses between the nodes.`,
        at: at.span,
        about: [...devices.map((each) => each.device), ...groups.flatMap((each) => each.about)],
        ...severityFor(devices),
        ...fromVerdict(verdict, at.span),
        fixes:
          group && node !== undefined
            ? suggestion(
                `Run the vCPUs on host node ${node}`,
                isKept(group.memory)
                  ? settle(placement, group, node)
                  : moveThreads(placement, group, node, {}),
              )
            : [],
      });
    }
  },
});
