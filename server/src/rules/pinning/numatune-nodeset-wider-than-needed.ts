import { numatuneOf } from '../../dialects/libvirt/numatune.ts';
import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { IndexSet, parseIndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { countCells } from './cells.ts';
import { nameHostNodes } from './wording.ts';

export default defineRule({
  name: 'numatune-nodeset-wider-than-needed',
  reads: 'libvirt',
  concerns: ['numatune'],
  topic: 'pinning',
  severity: 'warning',
  summary: 'The cells of a guest share several host nodes, and none says which is whose.',
  sources: [
    { title: 'libvirt: NUMA Node Tuning', ref: 'docs/formatdomain.rst: numatune, memnode' },
    {
      title: 'libvirt: policy and host-nodes of a cell',
      ref: 'src/qemu/qemu_command.c: qemuBuildMemoryBackendProps',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const { element, memory, memnodes, placement } = numatuneOf(domain);
    const nodeset = memory && attribute(memory, 'nodeset');
    if (!element || !nodeset || placement !== 'static') return;
    const nodes = parseIndexSet(nodeset.value?.text ?? '');
    const count = countCells(domain);
    if (!nodes || nodes.size < 2 || count === undefined || count < 2) return;
    const bound = memnodes.map((memnode) => Number(attribute(memnode, 'cellid')?.value?.text));
    if (!bound.every(Number.isInteger)) return;
    const cells = IndexSet.first(count).subtract(IndexSet.from(bound));
    if (cells.isEmpty) return;
    report({
      message:
        `${cells.size === 1 ? `Cell ${cells} takes` : `Cells ${cells} take`} memory from ${nameHostNodes(nodes)} alike: ` +
        'what the guest takes for near may be on the other side of the host.',
      at: spanOf(guest.label.uri, nodeset.name),
      about: [memory, ...memnodes],
      fixes: bindEach(element, memory, memnodes.at(-1), [...nodes], [...cells], count),
    });
  },
});

/** Cells in order to host nodes in order, neighbours together. */
function bindEach(
  parent: XmlElement,
  memory: XmlElement,
  last: XmlElement | undefined,
  nodes: readonly number[],
  cells: readonly number[],
  count: number,
): Fix[] {
  if (count < nodes.length) return [];
  const mode = attribute(memory, 'mode')?.value?.text ?? 'strict';
  const places = cells.map((cell) => [cell, nodes[Math.floor((cell * nodes.length) / count)]!] as const);
  return [
    {
      title: `Bind ${places.map(([cell, node]) => `cell ${cell} to host node ${node}`).join(', ')}`,
      applicability: 'suggestion',
      changes: places.map(([cell, node]) => ({
        op: 'add-element',
        parent,
        template: { name: 'memnode', attributes: { cellid: String(cell), mode, nodeset: String(node) } },
        after: last ?? memory,
      })),
    },
  ];
}
