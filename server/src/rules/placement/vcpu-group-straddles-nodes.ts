import { vcpusOnOneNode } from '../../placement/groupVerdicts.ts';
import { isKept } from '../../placement/place.ts';
import { placementOf } from '../../placement/placement.ts';
import { capital, nameHostNodes } from '../../placement/wording.ts';
import { defineRule } from '../define.ts';
import { fromVerdict, suggestion } from './report.ts';
import { moveThreads } from './settle.ts';
import { sayStray, strayPins } from './stray.ts';

export default defineRule({
  name: 'vcpu-group-straddles-nodes',
  reads: 'guest',
  only: 'libvirt',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'warning',
  summary: 'The vCPUs of one guest node are pinned to several host nodes.',
  sources: [{ title: 'libvirt: CPU Tuning', ref: 'docs/formatdomain.rst: cputune, vcpupin' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    const placement = placementOf(guest, host);
    for (const verdict of vcpusOnOneNode(placement)) {
      const [group] = verdict.groups;
      const { threads, memory } = group;
      if (verdict.holds || !isKept(threads)) continue;
      const home = isKept(memory) && memory.nodes.size === 1 ? memory.nodes : undefined;
      // What stands out is the pin away from the memory, else away from the first one.
      const first = home ?? host.nodesOfCpus(threads.keepers[0]!.value.value);
      const odd =
        threads.keepers.find(({ value }) => !host.nodesOfCpus(value.value).subtract(first).isEmpty) ??
        threads.keepers[0]!;
      const [node] = first;
      const stray = strayPins(threads, memory, host);
      report({
        message:
          isKept(memory) && stray.length > 0
            ? `${capital(group.name)} has its memory on ${nameHostNodes(memory.nodes)}, but ${sayStray(stray, memory, host)}: ` +
              'for the guest all its vCPUs are near to it.'
            : `${capital(group.name)} has vCPUs on ${nameHostNodes(threads.nodes)}: for the guest they are side by side, and ` +
              'some of them are far from its memory, wherever that is.',
        at: odd.value.span,
        about: group.about,
        ...fromVerdict(verdict, odd.value.span),
        fixes:
          node === undefined
            ? []
            : suggestion(`Pin ${group.name} to host node ${node}`, moveThreads(placement, group, node, {})),
      });
    }
  },
});
