import type { Option, Property } from '../../dialects/qemu/option.ts';
import type { Backing } from '../../guest/memory.ts';
import { isKnown } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

/** Spellings that people try; QEMU takes only `host-nodes`. */
const MISSPELT = new Set(['host_nodes', 'hostnodes', 'host-node', 'host_node', 'hostnode']);

export default defineRule({
  name: 'host-nodes-without-policy',
  reads: 'qemu',
  topic: 'memory',
  severity: 'error',
  summary: 'A memory backend names host nodes in a way that does not bind its memory to them.',
  explains: ['policy-without-host-nodes'],
  sources: [
    {
      title: 'QEMU: host-nodes must be empty for policy default',
      ref: 'backends/hostmem.c: host_memory_backend_memory_complete',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const backing of context.guest.memory.backings.items) {
      const option = context.sources.get(backing);
      if (!option) continue;
      const misspelt = option.properties.find(({ key }) => MISSPELT.has(key));
      const property = option.find('host-nodes');
      if (misspelt) reportMisspelt(context, backing, option, misspelt);
      else if (property && isNoList(property)) reportNoList(context, backing, property);
      else if (property) checkPolicy(context, backing, option, property);
    }
  },
});

function checkPolicy(context: QemuContext, backing: Backing, option: Option, property: Property): void {
  const policy = option.value('policy');
  if (policy.state === 'unknown' || (isKnown(policy) && policy.value !== 'default')) return;
  const nodes = isKnown(backing.hostNodes) ? backing.hostNodes.value : undefined;
  const one = nodes?.size === 1;
  const which = nodes === undefined ? 'host nodes' : `host ${one ? 'node' : 'nodes'} ${nodes}`;
  const why = isKnown(policy)
    ? 'with policy=default, which uses none'
    : `without a policy that says what to do with ${one ? 'it' : 'them'}`;
  context.report({
    message:
      `The backend names ${which} ${why}: QEMU stops with "host-nodes must be empty for policy default, or you ` +
      'should explicitly specify a policy other than default".',
    at: property.span,
    about: backing,
    fixes: [
      {
        title: `Take the memory from ${which} only: policy=bind`,
        applicability: 'suggestion',
        changes: [{ op: 'set-property', option, key: 'policy', text: 'bind' }],
      },
      {
        title: `Take it from there while it lasts: policy=preferred`,
        applicability: 'suggestion',
        changes: [{ op: 'set-property', option, key: 'policy', text: 'preferred' }],
      },
    ],
  });
}

function reportMisspelt(context: QemuContext, backing: Backing, option: Option, property: Property): void {
  // A JSON property is a number or a list besides, so that another name alone would not do.
  const fixes: Fix[] = option.json
    ? []
    : [
        {
          title: 'Call it host-nodes',
          applicability: 'safe',
          changes: [{ op: 'rename-property', option, property, key: 'host-nodes' }],
        },
      ];
  context.report({
    message:
      `A memory backend has no property ${property.key}: QEMU stops with "Invalid parameter '${property.key}'". ` +
      'It is called host-nodes.',
    at: property.span,
    about: backing,
    fixes,
  });
}

const isNoList = ({ form }: Property): boolean => form === 'json-scalar' || form === 'json-string';

/** In JSON the property must be a list, also for one node. */
function reportNoList(context: QemuContext, backing: Backing, property: Property): void {
  const number =
    isKnown(property.value) && /^\d+$/.test(property.value.value) && Number(property.value.value);
  context.report({
    message:
      'In JSON host-nodes is a list, also of one node: QEMU stops with "Invalid parameter type for ' +
      `'host-nodes', expected: array".`,
    at: property.span,
    about: backing,
    fixes:
      number === false
        ? []
        : [
            {
              title: `Write it as the list [${number}]`,
              applicability: 'safe',
              changes: [{ op: 'set', entity: backing, field: 'hostNodes', to: IndexSet.from([number]) }],
            },
          ],
  });
}
