import { flatGuestOnOneNode } from '../../placement/groupVerdicts.ts';
import { cpuNodes } from '../../placement/hostFacts.ts';
import { isKept } from '../../placement/place.ts';
import { placementOf } from '../../placement/placement.ts';
import { isLocated } from '../../placement/verdict.ts';
import { nameHostNodes } from '../../placement/wording.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { fromVerdict, suggestion } from './report.ts';
import { settle } from './settle.ts';

export default defineRule({
  name: 'single-guest-node-spans-host-nodes',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'warning',
  summary: 'A guest that sees one node has its vCPUs or its memory on several host nodes.',
  sources: [
    { title: 'Linux: NUMA memory policy', ref: 'Documentation/admin-guide/mm/numa_memory_policy.rst' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const placement = placementOf(guest, host);
    for (const verdict of flatGuestOnOneNode(placement)) {
      const [group] = verdict.groups;
      const { memory, threads } = group;
      const places = [memory, threads].filter(isKept);
      const wide = places.find(({ nodes }) => nodes.intersect(cpuNodes(host)).size > 1);
      if (verdict.holds || !wide) continue;
      const all = IndexSet.of(places.flatMap(({ nodes }) => nodes.ranges));
      const what = wide === memory ? 'memory' : 'vCPUs';
      const at = wide.keepers[0]!.value.span;
      const common = places.reduce((set, { nodes }) => set.intersect(nodes), all);
      const local = placement.devices.filter(isLocated).map(({ nodes }) => nodes);
      const [node] = [...local, common, all][0]!;
      report({
        message:
          `The guest sees one node, but its ${what} may be on ${nameHostNodes(wide.nodes)}: it cannot keep its programs ` +
          'near their data. That is a trade, for more room or bandwidth than one host node has.',
        at,
        about: group.about,
        ...fromVerdict(verdict, at),
        fixes:
          node === undefined
            ? []
            : suggestion(`Keep the guest on host node ${node}`, settle(placement, group, node)),
      });
    }
  },
});
