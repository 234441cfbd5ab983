import type { Change } from '../../dialects/change.ts';
import { numatuneOf } from '../../dialects/libvirt/numatune.ts';
import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type Span, spanOf } from '../../text/span.ts';
import type { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { unionOf } from './attributes.ts';
import { countCells } from './cells.ts';
import { nameHostNodes } from './wording.ts';

export default defineRule({
  name: 'memnode-without-cells',
  reads: 'libvirt',
  concerns: ['memnode'],
  topic: 'pinning',
  severity: 'error',
  summary: 'The memory of a cell is bound in a guest that has no cells.',
  explains: ['memnode-cellid', 'restrictive-mix'],
  sources: [
    {
      title: "libvirt: Element 'memnode' is invalid without any guest NUMA cells",
      ref: 'src/conf/numa_conf.c: virDomainNumatuneNodeParseXML',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const { element, memory, memnodes } = numatuneOf(domain);
    const first = memnodes[0];
    if (!element || !first || countCells(domain) !== 0) return;
    const nodes = memory ? undefined : unionOf(memnodes, 'nodeset');
    report({
      message:
        '<memnode> binds the memory of a cell, but the guest has no cells: libvirt refuses the domain with ' +
        '"Element \'memnode\' is invalid without any guest NUMA cells".',
      at: spanOf(guest.label.uri, first.name),
      about: [element, ...memnodes],
      fixes: [
        nodes && !nodes.isEmpty
          ? {
              title: `Bind all of the memory to ${nameHostNodes(nodes)}`,
              applicability: 'suggestion',
              changes: [...makeMemory(guest.label, first, nodes), ...memnodes.slice(1).map(remove)],
            }
          : { title: 'Remove <memnode>', applicability: 'suggestion', changes: memnodes.map(remove) },
      ],
    });
  },
});

const remove = (element: XmlElement): Change => ({ op: 'remove-element', element });

/** Makes a `<memory>` of a `<memnode>`, so that its mode and what else stands in it stays. */
function makeMemory(place: Span, memnode: XmlElement, nodes: IndexSet): Change[] {
  const { name, endTagStart } = memnode;
  const rename = (start: number): Change => ({
    op: 'text',
    span: { ...place, start, end: start + name.text.length },
    newText: 'memory',
  });
  const changes: Change[] = [rename(name.start)];
  if (attribute(memnode, 'cellid'))
    changes.push({ op: 'remove-attribute', element: memnode, name: 'cellid' });
  changes.push({ op: 'set-attribute', element: memnode, name: 'nodeset', text: nodes.toString() });
  if (endTagStart !== undefined) changes.push(rename(endTagStart + '</'.length));
  return changes;
}
