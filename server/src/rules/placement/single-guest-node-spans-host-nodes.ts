import type { Guest } from '../../guest/guest.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { flatGuestOnOneNode, type GroupVerdict } from '../../placement/groupVerdicts.ts';
import { cpuNodes } from '../../placement/hostFacts.ts';
import { isKept, type Kept } from '../../placement/place.ts';
import { placementOf } from '../../placement/placement.ts';
import { byNodes, isLocated } from '../../placement/verdict.ts';
import { nameHostNodes } from '../../placement/wording.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type GuestContext } from '../define.ts';
import { areDevices, fromVerdict, suggestion } from './report.ts';
import { settle } from './settle.ts';
import { sayStray, strayPins } from './stray.ts';

export default defineRule({
  name: 'single-guest-node-spans-host-nodes',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'warning',
  summary: 'A guest that sees one node has its vCPUs, its memory or its devices on several host nodes.',
  explains: ['prealloc-without-binding'],
  sources: [
    { title: 'Linux: NUMA memory policy', ref: 'Documentation/admin-guide/mm/numa_memory_policy.rst' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const placement = placementOf(guest, host);
    for (const verdict of flatGuestOnOneNode(placement)) {
      const [group] = verdict.groups;
      if (verdict.devices.length > 0) {
        reportDevices(report, verdict);
        continue;
      }
      const { memory, threads } = group;
      const places = [memory, threads].filter(isKept);
      const wide = places.find(({ nodes }) => nodes.intersect(cpuNodes(host)).size > 1);
      if (verdict.holds || !wide) continue;
      const all = IndexSet.unionOf(places.map(({ nodes }) => nodes));
      const stray = wide === threads ? strayPins(wide, memory, host) : [];
      const at = (stray[0] ?? wide.keepers[0]!).value.span;
      const common = places.reduce((set, { nodes }) => set.intersect(nodes), all);
      const local = placement.devices.filter(isLocated);
      // Whichever host node it were kept on, some of its devices would be far.
      const apart = byNodes(local.filter(({ heavy }) => heavy)).length > 1;
      const [node] = [...(local[0]?.nodes ?? []), ...common, ...all];
      report({
        message:
          stray.length > 0 && isKept(memory)
            ? `The guest sees one node, and its memory is on ${nameHostNodes(memory.nodes)}, but ${sayStray(stray, memory, host)}: it ` +
              'takes all vCPUs for equally near to its memory.'
            : `The guest sees one node, but its ${wide === memory ? memoryVerb(guest, wide) : 'vCPUs may run on'} ` +
              `${nameHostNodes(wide.nodes)}: it cannot keep its programs near their data. That is a trade, for more room or ` +
              'bandwidth than one host node has.',
        at,
        about: group.about,
        ...fromVerdict(verdict, at),
        fixes:
          node === undefined || apart
            ? []
            : suggestion(`Keep the guest on host node ${node}`, settle(placement, group, node)),
      });
    }
  },
});

/** A guest of which nothing says where it is, and that is to have devices from several host nodes. */
function reportDevices(report: GuestContext['report'], verdict: GroupVerdict): void {
  const places = byNodes(verdict.devices);
  const last = places.at(-1)![0]!.device;
  if (last.hostAddress.state !== 'known') return;
  const at = last.hostAddress.span;
  const where = places.map((devices) => `${areDevices(devices)} on ${nameHostNodes(devices[0]!.nodes)}`);
  report({
    message:
      `The guest sees one node, but ${where.slice(0, -1).join(', ')}, and ${where.at(-1)}: it cannot tell which of its vCPUs ` +
      'and which memory are near which of them.',
    at,
    about: [last, ...verdict.groups.flatMap(({ about }) => about)],
    ...fromVerdict(verdict, at),
  });
}

/** Page by page, or wherever there is room. */
function memoryVerb({ threads }: Guest, { keepers: [keeper] }: Kept): string {
  const spread =
    keeper?.kind === 'backing'
      ? effective(keeper.backing.policy) === 'interleave'
      : isKnown(threads.spreadNodes);
  return spread ? 'memory is spread over' : 'memory may come from';
}
