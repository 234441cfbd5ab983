import type { Option, Property } from '../../dialects/qemu/option.ts';
import type { Backing } from '../../guest/memory.ts';
import { isKnown } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

const NEED_NODES = new Set(['bind', 'preferred', 'interleave']);

export default defineRule({
  name: 'policy-without-host-nodes',
  reads: 'qemu',
  topic: 'memory',
  severity: 'error',
  summary: 'A memory backend has a policy without host nodes to apply it to, or one that QEMU does not know.',
  sources: [
    {
      title: 'QEMU: host-nodes must be set for policy',
      ref: 'backends/hostmem.c: host_memory_backend_memory_complete',
    },
    { title: 'QEMU: the policies', ref: 'qapi/qom.json: HostMemPolicy' },
  ],
  since: '0.1.0',
  check(context) {
    for (const backing of context.guest.memory.backings.items) {
      const option = context.sources.get(backing);
      const property = option?.find('policy');
      if (!option || !property || !isKnown(property.value)) continue;
      const policy = property.value.value;
      if (policy !== 'default' && !NEED_NODES.has(policy))
        reportUnknown(context, backing, option, property, policy);
      else if (policy !== 'default' && backing.hostNodes.state === 'absent')
        reportMissing(context, backing, option, property, policy);
    }
  },
});

function reportMissing(
  { report }: QemuContext,
  backing: Backing,
  option: Option,
  property: Property,
  policy: string,
): void {
  const remove: Fix = {
    title: 'Remove the policy: memory then comes from the node where QEMU runs',
    applicability: 'suggestion',
    changes: [{ op: 'remove-property', option, property }],
  };
  const bindToFirst: Fix = {
    title: 'Name host node 0',
    applicability: 'suggestion',
    changes: [{ op: 'set', entity: backing, field: 'hostNodes', to: IndexSet.from([0]) }],
  };
  report({
    message: `policy=${policy} names no host nodes: QEMU stops with "host-nodes must be set for policy ${policy}".`,
    at: property.span,
    about: backing,
    fixes: [remove, bindToFirst],
  });
}

/** libvirt calls `bind` strict; its `restrictive` leaves the choice to a cgroup, which is no policy of QEMU's. */
function reportUnknown(
  { report }: QemuContext,
  backing: Backing,
  option: Option,
  property: Property,
  policy: string,
): void {
  const known = policy === 'strict' ? 'bind' : mostSimilar(policy, [...NEED_NODES, 'default']);
  const fix: Fix = known
    ? {
        title: `Call it ${known}`,
        applicability: policy === 'strict' ? 'safe' : 'suggestion',
        changes: [{ op: 'set-property', option, key: 'policy', text: known }],
      }
    : {
        title: 'Remove the policy',
        applicability: 'suggestion',
        changes: [{ op: 'remove-property', option, property }],
      };
  const hint = policy === 'strict' ? " It is libvirt's word for bind." : '';
  report({
    message: `${policy} is no policy of a memory backend: QEMU stops with "Parameter 'policy' does not accept value '${policy}'".${hint}`,
    at: property.span,
    about: backing,
    fixes: [fix],
  });
}
