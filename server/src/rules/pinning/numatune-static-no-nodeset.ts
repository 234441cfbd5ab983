import { numatuneOf } from '../../dialects/libvirt/numatune.ts';
import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type Fix, type LibvirtContext } from '../define.ts';
import { emptyListRefusal, placeOfAttribute, unionOf } from './attributes.ts';
import { countCells } from './cells.ts';
import { nameHostNodes } from './wording.ts';

export default defineRule({
  name: 'numatune-static-no-nodeset',
  reads: 'libvirt',
  concerns: ['numatune'],
  topic: 'pinning',
  severity: 'error',
  summary: 'Memory is to be bound to host nodes, and none is named.',
  sources: [
    {
      title: "libvirt: nodeset for NUMA memory tuning must be set if 'placement' is 'static'",
      ref: 'src/conf/numa_conf.c: virDomainNumatuneSet',
    },
    {
      title: 'libvirt: Missing required nodeset attribute in memnode element',
      ref: 'src/conf/numa_conf.c: virDomainNumatuneNodeParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { memory, memnodes, placement } = numatuneOf(context.domain);
    if (memory) checkMemory(context, memory, memnodes, placement === 'static');
    // With numad, or without cells, libvirt refuses the <memnode> before it looks into it.
    if (placement === 'auto' || countCells(context.domain) === 0) return;
    for (const memnode of memnodes) checkMemnode(context, memnode);
  },
});

function checkMemory(
  context: LibvirtContext,
  memory: XmlElement,
  memnodes: readonly XmlElement[],
  isStatic: boolean,
): void {
  const missing = isStatic && !attribute(memory, 'nodeset');
  const refusal = missing
    ? "nodeset for NUMA memory tuning must be set if 'placement' is 'static'"
    : emptyListRefusal(memory, 'nodeset');
  if (refusal === undefined) return;
  const nodes = unionOf(memnodes, 'nodeset');
  const fixes: Fix[] = [];
  if (nodes && !nodes.isEmpty) {
    fixes.push({
      title: `Take it from ${nameHostNodes(nodes)}, as the cells do`,
      applicability: 'suggestion',
      changes: [{ op: 'set-attribute', element: memory, name: 'nodeset', text: nodes.toString() }],
    });
  }
  const only = memnodes.length === 0 && memory.parent;
  fixes.push({
    title: only ? 'Do not bind the memory: remove <numatune>' : 'Bind the cells only: remove <memory>',
    applicability: 'suggestion',
    changes: [{ op: 'remove-element', element: only || memory }],
  });
  context.report({
    message: `The memory is to be bound, but no host node is named: libvirt refuses the domain with "${refusal}".`,
    at: placeOfAttribute(context.guest.label.uri, memory, 'nodeset'),
    about: memory,
    fixes,
  });
}

function checkMemnode({ guest, report }: LibvirtContext, memnode: XmlElement): void {
  const refusal = attribute(memnode, 'nodeset')
    ? emptyListRefusal(memnode, 'nodeset')
    : 'Missing required nodeset attribute in memnode element';
  if (refusal === undefined) return;
  const cell = attribute(memnode, 'cellid')?.value?.text;
  report({
    message:
      `The memory of ${cell === undefined ? 'a cell' : `cell ${cell}`} is to be bound, but no host node is named: ` +
      `libvirt refuses the domain with "${refusal}".`,
    at: placeOfAttribute(guest.label.uri, memnode, 'nodeset'),
    about: memnode,
    fixes: [
      {
        title: 'Remove this <memnode>',
        applicability: 'suggestion',
        changes: [{ op: 'remove-element', element: memnode }],
      },
    ],
  });
}
