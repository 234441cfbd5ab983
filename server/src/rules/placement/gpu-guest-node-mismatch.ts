import { rootOf } from '../../guest/queries.ts';
import { devicesSeenWhereTheyAre, type SeenVerdict } from '../../placement/deviceVerdicts.ts';
import { isKept } from '../../placement/place.ts';
import { groupNumber, type Placement, placementOf } from '../../placement/placement.ts';
import { meets } from '../../placement/verdict.ts';
import { nameHostNodes } from '../../placement/wording.ts';
import { giveNode, placeNear } from '../affinity/placement.ts';
import { defineRule, type Fix } from '../define.ts';
import { fromVerdict, severityFor, suggestion } from './report.ts';

export default defineRule({
  name: 'gpu-guest-node-mismatch',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'warning',
  summary: 'The guest is told that a device is near one guest node, and it is near another.',
  explains: ['gpu-vcpus-on-other-node'],
  sources: [
    {
      title: 'QEMU: numa_node of an expander',
      ref: 'hw/pci-bridge/pci_expander_bridge.c: pxb_dev_realize_common',
    },
    { title: 'libvirt: <target><node> of an expander bus', ref: 'formatdomain: controllers' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const placement = placementOf(guest, host);
    for (const verdict of devicesSeenWhereTheyAre(placement)) {
      const { devices, groups, better, reach } = verdict;
      const [device] = devices;
      const at = device.device.hostAddress;
      if (verdict.holds || !reach || at.state !== 'known') continue;
      report({
        message:
          `The guest is told that ${device.name} is near ${groups[0]!.name}, whose memory is on ` +
          `${nameHostNodes(reach.to)}; the device is on ${nameHostNodes(device.nodes)}, where ${better.name} is: ` +
          'the guest keeps what uses the device on the far side.',
        at: at.span,
        about: device.device,
        ...severityFor(devices),
        ...fromVerdict(verdict, at.span),
        fixes: fixesFor(placement, verdict),
      });
    }
  },
});

/** The expander gets the other node where all that hangs below it is there, else the device another expander. */
function fixesFor(placement: Placement, { devices: [device], better }: SeenVerdict): Fix[] {
  const node = groupNumber(better);
  const root = rootOf(device.device);
  if (node === undefined || !root) return [];
  const agrees = placement.guest.pci.devices.items
    .filter((other) => rootOf(other) === root)
    .every((other) => {
      const found = placement.devices.find((each) => each.device === other);
      if (!found) return other.role !== 'passthrough' || isFunctionOf(other, device.device);
      return (
        found.nodes !== undefined &&
        isKept(better.memory) &&
        meets(found.nodes, better.memory.nodes, placement.host)
      );
    });
  if (agrees && root.role === 'expander') return [giveNode(root, node)];
  const changes = placeNear(placement.guest, device.device, node);
  return suggestion(`Place the device near guest node ${node}`, changes);
}

/** The audio of a GPU goes where the GPU goes. */
function isFunctionOf(
  { hostAddress: one }: { hostAddress: SeenVerdict['devices'][0]['device']['hostAddress'] },
  { hostAddress: other }: SeenVerdict['devices'][0]['device'],
): boolean {
  if (one.state !== 'known' || other.state !== 'known') return false;
  const { domain, bus, slot } = one.value;
  return domain === other.value.domain && bus === other.value.bus && slot === other.value.slot;
}
