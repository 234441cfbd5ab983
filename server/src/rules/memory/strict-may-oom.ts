import { complete } from '../../guest/collection.ts';
import type { Backing } from '../../guest/memory.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'strict-may-oom',
  reads: 'guest',
  topic: 'memory',
  severity: 'information',
  summary: 'Memory is bound to one host node, and taken from there only when the guest touches it.',
  sources: [
    { title: 'Linux: MPOL_BIND', ref: 'Documentation/admin-guide/mm/numa_memory_policy.rst' },
    { title: 'libvirt: NUMA Node Tuning', ref: 'docs/formatdomain.rst: numatune' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const late = complete(guest.memory.backings)?.find(isTakenLate);
    // Where the host is known, what does not fit is a matter of numbers.
    if (!late || host || !isKnown(late.hostNodes)) return;
    const node = late.hostNodes.value;
    report({
      message:
        `This memory comes from host node ${node} alone, page by page as the guest touches it: once that node is full, Linux ` +
        'ends the guest, or swaps, rather than take a page from another node. Memory that is allocated at the start is there.',
      at: late.hostNodes.span,
      about: late.hostNodes,
    });
  },
});

/** Huge pages are set aside for the host beforehand, which is another matter. */
const isTakenLate = ({ policy, hostNodes, huge, prealloc }: Backing): boolean =>
  effective(policy) === 'bind' &&
  isKnown(hostNodes) &&
  hostNodes.value.size === 1 &&
  effective(huge) === false &&
  prealloc.state !== 'unknown' &&
  effective(prealloc) !== true;
