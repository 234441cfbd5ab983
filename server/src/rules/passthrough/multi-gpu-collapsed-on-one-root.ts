import type { Guest } from '../../guest/guest.ts';
import { rootOf } from '../../guest/queries.ts';
import { isKept } from '../../placement/place.ts';
import { groupNumber, type Placement, placementOf } from '../../placement/placement.ts';
import { byNodes, type Located, meets } from '../../placement/verdict.ts';
import { nameHostNodes } from '../../placement/wording.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { placeNear } from '../affinity/placement.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'multi-gpu-collapsed-on-one-root',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'passthrough',
  severity: 'warning',
  summary: 'GPUs of several host nodes hang below one root of the guest, which has no node.',
  explains: ['gpu-no-guest-affinity', 'pxb-without-numa-node'],
  sources: [
    { title: 'QEMU: expanders and their nodes', ref: 'docs/pcie.txt, docs/pci_expander_bridge.txt' },
    { title: 'Linux: numa_node of a PCI device', ref: 'Documentation/ABI/testing/sysfs-bus-pci' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const placement = placementOf(guest, host);
    if (placement.groups.length < 2) return;
    for (const bus of guest.pci.buses.items) {
      if (bus.node.state !== 'absent') continue;
      const below = placement.devices.filter(({ device, heavy }) => heavy && rootOf(device) === bus);
      const places = byNodes(below);
      if (places.length < 2) continue;
      const nodes = IndexSet.of(places.flatMap(([first]) => first!.nodes.ranges));
      const [first, second] = [places[0]![0]!, places[1]![0]!];
      report({
        message:
          `GPUs of ${nameHostNodes(nodes)} hang below one root of the guest, which is on no guest node: the guest takes ` +
          'them for equally near to each other and to all of its memory.',
        at:
          second.device.hostAddress.state === 'known' ? second.device.hostAddress.span : second.device.label,
        about: [bus, ...below.map(({ device }) => device)],
        related: [
          { span: first.device.label, message: `${first.name} is on ${nameHostNodes(first.nodes)}.` },
        ],
        fixes: apart(placement, guest, places),
      });
    }
  },
});

/** One expander for each host node that a guest node lives on; several devices below one would need more ports. */
function apart(placement: Placement, guest: Guest, places: readonly Located[][]): Fix[] {
  const changes = places.map((devices) => {
    const [first, ...others] = devices;
    const group = placement.groups.find(
      ({ memory }) => isKept(memory) && meets(memory.nodes, first!.nodes, placement.host),
    );
    const number = group && groupNumber(group);
    return number === undefined || others.length > 0 ? undefined : placeNear(guest, first!.device, number);
  });
  if (changes.some((each) => each === undefined)) return [];
  return [
    {
      title: 'Place each GPU near its guest node',
      applicability: 'suggestion',
      changes: changes.flatMap((each) => each ?? []),
    },
  ];
}
