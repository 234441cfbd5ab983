import type { Guest } from '../../guest/guest.ts';
import type { Backing, GuestNode } from '../../guest/memory.ts';
import { backingOf, nodeName } from '../../guest/queries.ts';
import { isKnown, type Known } from '../../guest/value.ts';
import type { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { nameHostNodes } from './wording.ts';

export default defineRule({
  name: 'interleave-with-guest-numa',
  reads: 'guest',
  topic: 'pinning',
  severity: 'warning',
  summary: 'The memory of a guest node is spread over host nodes, page by page.',
  explains: ['numatune-nodeset-wider-than-needed'],
  sources: [
    {
      title: 'Linux: NUMA memory policy',
      ref: 'Documentation/admin-guide/mm/numa_memory_policy.rst: MPOL_INTERLEAVE',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    if (guest.nodes.items.length < 2) return;
    for (const { policy, hostNodes, backing, nodes } of interleaved(guest)) {
      const names = nodes.length === 1 ? nodeName(nodes[0]!) : `${nodes.length} guest nodes`;
      if (hostNodes.value.size === 1) {
        if (nodes.length === 1) continue;
        report({
          message:
            `The memory of ${names} is interleaved over ${nameHostNodes(hostNodes.value)} alone: all of it comes from ` +
            'there, and the guest sees nodes that do not differ.',
          at: policy.span,
          about: backing,
          severity: 'information',
        });
        continue;
      }
      report({
        message:
          `The memory of ${names} is spread over ${nameHostNodes(hostNodes.value)} page by page: the guest keeps its ` +
          'programs near memory that is not near.',
        at: policy.span,
        about: backing,
        fixes: nodes.length === 1 ? bindEach(guest) : [],
      });
    }
  },
});

interface Interleaved {
  readonly policy: Known<unknown>;
  readonly hostNodes: Known<IndexSet>;
  readonly backing: Backing;
  readonly nodes: GuestNode[];
}

/** One for each place where the policy is written, with the guest nodes that it holds for. */
function interleaved(guest: Guest): Interleaved[] {
  const found = new Map<number, Interleaved>();
  for (const node of guest.nodes.items) {
    const backing = backingOf(node);
    if (!backing) continue;
    const { policy, hostNodes } = backing;
    if (!isKnown(policy) || policy.value !== 'interleave' || !isKnown(hostNodes)) continue;
    const same = found.get(policy.span.start);
    if (same) same.nodes.push(node);
    else found.set(policy.span.start, { policy, hostNodes, backing, nodes: [node] });
  }
  return [...found.values()];
}

/** Where there are as many host nodes as guest nodes, and each has a backing of its own, each takes one. */
function bindEach(guest: Guest): Fix[] {
  const backings = guest.nodes.items.map(backingOf);
  const first = backings[0]?.hostNodes;
  if (!isKnown(first) || first.value.size !== backings.length) return [];
  const places = backings.flatMap((backing, i) =>
    backing && isKnown(backing.hostNodes) && backing.hostNodes.value.equals(first.value)
      ? [{ backing, node: [...first.value][i]! }]
      : [],
  );
  if (places.length < backings.length || new Set(backings).size < backings.length) return [];
  return [
    {
      title: 'Give each guest node a host node of its own',
      applicability: 'suggestion',
      changes: places.map(({ backing, node }) => ({
        op: 'replace',
        value: backing.hostNodes as Known<IndexSet>,
        text: String(node),
      })),
    },
  ];
}
