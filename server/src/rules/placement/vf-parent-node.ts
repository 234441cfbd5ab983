import type { Guest } from '../../guest/guest.ts';
import { affinityOf } from '../../guest/queries.ts';
import type { Host } from '../../host/host.ts';
import { cpuNodes, nearTo } from '../../placement/hostFacts.ts';
import { isKept } from '../../placement/place.ts';
import { type Group, groupNumber, placementOf } from '../../placement/placement.ts';
import { meets } from '../../placement/verdict.ts';
import { nameHostNodes } from '../../placement/wording.ts';
import { placeNear } from '../affinity/placement.ts';
import { defineRule } from '../define.ts';
import { type Passed, passedDevices } from '../passthrough/hostDevices.ts';
import { suggestion } from './report.ts';

export default defineRule({
  name: 'vf-parent-node',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'warning',
  summary:
    'Virtual functions of one device are on one host node, and the guest sees them on several guest nodes.',
  sources: [
    { title: 'Linux: virtual functions and physfn', ref: 'Documentation/ABI/testing/sysfs-bus-pci' },
    { title: 'KubeVirt: virtual functions are where their parent is', ref: 'kubevirt/enhancements: VEP 115' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    if (cpuNodes(host).size < 2) return;
    const seen = new Map<string, Seen>();
    for (const passed of passedDevices(guest, host)) {
      const owner = passed.onHost?.facts.physicalFunction ?? passed.name;
      const node = affinityOf(passed.device);
      if (typeof node !== 'number') continue;
      const first = seen.get(owner);
      if (!first) seen.set(owner, { passed, node });
      if (!first || first.node === node || bothNear(guest, host, owner, [first.node, node])) continue;
      const nodes = host.device(owner)?.nodes;
      report({
        message:
          `${first.passed.name} and ${passed.name} are functions of one device, ${owner}` +
          `${nodes ? ` on ${nameHostNodes(nodes)}` : ''}, but the guest sees one near guest node ${first.node} and the ` +
          `other near guest node ${node}: what it keeps near one of them is on the far side.`,
        at: passed.at,
        about: [passed.device, first.passed.device],
        related: [
          { span: first.passed.at, message: `The guest sees this one near guest node ${first.node}.` },
        ],
        fixes: suggestion(
          `Place ${passed.name} near guest node ${first.node}, too`,
          placeNear(guest, passed.device, first.node),
        ),
      });
    }
  },
});

interface Seen {
  readonly passed: Passed;
  /** The guest node that the guest sees it on. */
  readonly node: number;
}

/** Guest nodes that both have their memory where the device is do not differ in what is near. */
function bothNear(guest: Guest, host: Host, owner: string, numbers: readonly number[]): boolean {
  const device = host.device(owner)?.nodes;
  const { groups } = placementOf(guest, host);
  const isNear = ({ memory }: Group): boolean =>
    device !== undefined && isKept(memory) && meets(memory.nodes, nearTo(device, host), host);
  return numbers.every((number) => groups.some((group) => groupNumber(group) === number && isNear(group)));
}
