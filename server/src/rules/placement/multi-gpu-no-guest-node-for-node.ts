import { type DeviceVerdict, guestNodesNearDevices } from '../../placement/deviceVerdicts.ts';
import { isKept } from '../../placement/place.ts';
import { type Group, type Placement, placementOf } from '../../placement/placement.ts';
import { isLocated, meets } from '../../placement/verdict.ts';
import { capital, nameHostNodes } from '../../placement/wording.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { areDevices, fromVerdict, severityFor, suggestion } from './report.ts';
import { settle } from './settle.ts';

export default defineRule({
  name: 'multi-gpu-no-guest-node-for-node',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'warning',
  summary: 'No memory of the guest is on the host node of some of its devices.',
  explains: [
    'gpu-vcpus-on-other-node',
    'guest-nodes-share-host-node',
    'numatune-nodeset-wider-than-needed',
    'vcpus-unpinned-with-binding',
  ],
  sources: [
    { title: 'QEMU: PCI Express guidelines, root buses for NUMA', ref: 'docs/pcie.txt, section 2.1' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const placement = placementOf(guest, host);
    for (const verdict of guestNodesNearDevices(placement)) {
      const { devices, groups } = verdict;
      const [device] = devices;
      const at = device.device.hostAddress;
      if (verdict.holds || at.state !== 'known') continue;
      const memory = IndexSet.of(
        groups.flatMap((group) => (isKept(group.memory) ? group.memory.nodes.ranges : [])),
      );
      const nobody =
        groups.length > 1
          ? `none of the ${groups.length} guest nodes has its memory there`
          : 'no memory of the guest is there';
      report({
        message:
          `${capital(areDevices(devices))} on ${nameHostNodes(device.nodes)}, but ${nobody}, all is on ` +
          `${nameHostNodes(memory)}: whatever vCPUs use the device, its data crosses between the nodes.`,
        at: at.span,
        about: [...devices.map((each) => each.device), ...groups.flatMap((group) => group.about)],
        ...severityFor(devices),
        ...fromVerdict(verdict, at.span),
        fixes: fixesFor(placement, verdict),
      });
    }
  },
});

/** Brings a guest node there: the one that the guest sees the device on, else one that has no device where it is. */
function fixesFor(placement: Placement, { devices }: DeviceVerdict): Fix[] {
  const [device] = devices;
  const [node] = device.nodes;
  const idle = (group: Group): boolean =>
    isKept(group.memory) &&
    !placement.devices
      .filter(isLocated)
      .some(({ nodes }) => isKept(group.memory) && meets(nodes, group.memory.nodes, placement.host));
  const crowded = (group: Group): boolean =>
    placement.groups.some(
      (other) =>
        other !== group &&
        isKept(other.memory) &&
        isKept(group.memory) &&
        other.memory.nodes.equals(group.memory.nodes),
    );
  const movable = placement.groups.filter((group) => idle(group) || crowded(group));
  const group = movable.find((each) => each === device.group) ?? movable.at(-1);
  if (placement.groups.length < 2 || !group || node === undefined) return [];
  return suggestion(`Put ${group.name} on host node ${node}`, settle(placement, group, node));
}
