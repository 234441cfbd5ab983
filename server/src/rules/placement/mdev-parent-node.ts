import { distanceBetween } from '../../placement/hostFacts.ts';
import { type MediatedPlace, mediatedPlaces, mediatedVerdicts } from '../../placement/mediated.ts';
import { groupNumber, type Placement, placementOf } from '../../placement/placement.ts';
import { groupNear, type Verdict } from '../../placement/verdict.ts';
import { capital, nameHostNodes } from '../../placement/wording.ts';
import { placeNear } from '../affinity/placement.ts';
import { defineRule, type Fix } from '../define.ts';
import { fromVerdict, severityFor, suggestion } from './report.ts';
import { settle } from './settle.ts';

export default defineRule({
  name: 'mdev-parent-node',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'warning',
  summary:
    'A mediated device (vGPU) is on the host node of the device that it is a part of, and the guest is elsewhere.',
  sources: [
    {
      title: 'Linux: mediated devices and their parents',
      ref: 'Documentation/driver-api/vfio-mediated-device.rst',
    },
    { title: 'KubeVirt: mediated devices are where their parent is', ref: 'kubevirt/enhancements: VEP 115' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const placement = placementOf(guest, host);
    const places = new Map(mediatedPlaces(placement).map((place) => [place.device, place]));
    if (places.size === 0) return;
    for (const verdict of mediatedVerdicts(placement)) {
      const [device] = verdict.devices;
      const place = device && places.get(device.device);
      if (verdict.holds || !place?.nodes || !verdict.reach) continue;
      const at = place.named.span;
      report({
        message:
          `${capital(place.name)} is a part of ${place.of} on ${nameHostNodes(place.nodes)}, but ` +
          `${consequence(verdict, placement)}.`,
        at,
        about: [
          ...verdict.devices.map((each) => each.device),
          ...verdict.groups.flatMap(({ about }) => about),
        ],
        ...severityFor(verdict.devices),
        ...fromVerdict(verdict, at),
        fixes: fixesFor(placement, verdict, place),
      });
    }
  },
});

function consequence({ invariant, groups, reach }: Verdict, { host }: Placement): string {
  const there = nameHostNodes(reach!.to);
  const distance = host && distanceBetween(reach!.from, reach!.to, host);
  const far = distance === undefined ? '' : ` (distance ${distance})`;
  switch (invariant) {
    case 'device-near-memory':
      return `guest memory comes from ${there}: every DMA crosses between the nodes${far}`;
    case 'device-seen-where-it-is':
      return (
        `the guest is told that it is near ${groups[0]!.name}, whose memory is on ${there}: the guest keeps what uses ` +
        `the device on the far side${far}`
      );
    default:
      return `no vCPU can run there, and all run on ${there}: every access crosses between the nodes${far}`;
  }
}

function fixesFor(placement: Placement, verdict: Verdict, { device, nodes }: MediatedPlace): Fix[] {
  const [group] = verdict.groups;
  if (verdict.invariant === 'device-seen-where-it-is') {
    const better = nodes && groupNear(nodes, placement);
    const number = better && groupNumber(better);
    if (number === undefined) return [];
    return suggestion(
      `Place the device near guest node ${number}`,
      placeNear(placement.guest, device, number),
    );
  }
  if (!group || verdict.groups.length > 1) return [];
  return [...(nodes ?? [])].flatMap((node) =>
    suggestion(`Keep ${group.name} on host node ${node}`, settle(placement, group, node)),
  );
}
