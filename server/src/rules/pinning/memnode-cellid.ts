import { numatuneOf } from '../../dialects/libvirt/numatune.ts';
import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { placeOfAttribute } from './attributes.ts';
import { countCells, isCellNamed } from './cells.ts';

export default defineRule({
  name: 'memnode-cellid',
  reads: 'libvirt',
  concerns: ['memnode'],
  topic: 'pinning',
  severity: 'error',
  summary: 'A <memnode> names no cell, one that is not there, or one that another <memnode> has.',
  explains: ['numatune-nodeset-wider-than-needed'],
  sources: [
    {
      title: "libvirt: Argument 'cellid' in memnode element must correspond to existing guest's NUMA cell",
      ref: 'src/conf/numa_conf.c: virDomainNumatuneNodeParseXML',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const { memnodes } = numatuneOf(domain);
    const count = countCells(domain);
    const seen = new Map<number, XmlElement>();
    for (const memnode of memnodes) {
      const id = readCellId(memnode);
      if (id === undefined) continue;
      const first = typeof id === 'number' ? seen.get(id) : undefined;
      if (typeof id === 'number' && !first) seen.set(id, memnode);
      const mistake = mistakeOf(id, count, first);
      if (!mistake) continue;
      // The cell is there, with a number that is too high: that is the mistake then.
      if (typeof id === 'number' && !first && isCellNamed(domain, id)) continue;
      const free = count === undefined ? undefined : freeCell(memnodes, count);
      report({
        message: `${mistake.fact}: libvirt refuses the domain with "${mistake.refusal}".`,
        at: placeOfAttribute(guest.label.uri, memnode, 'cellid'),
        about: memnode,
        related: first
          ? [{ span: { ...guest.label, start: first.start, end: first.end }, message: 'The first one.' }]
          : [],
        fixes: fixesFor(memnode, free),
      });
    }
  },
});

/** The number, the text where it is none, null where nothing is written; undefined where a template writes it. */
function readCellId(memnode: XmlElement): number | string | null | undefined {
  const found = attribute(memnode, 'cellid');
  if (!found) return null;
  const text = found.value?.text;
  if (text === undefined || isPlaceholder(text)) return undefined;
  return /^\s*\d+\s*$/.test(text) ? Number(text) : text;
}

function mistakeOf(
  id: number | string | null,
  count: number | undefined,
  first: XmlElement | undefined,
): { readonly fact: string; readonly refusal: string } | undefined {
  if (id === null) {
    const refusal = "Missing required attribute 'cellid' in element 'memnode'";
    return { fact: '<memnode> does not say which cell it binds', refusal };
  }
  if (typeof id === 'string') {
    const refusal = `Invalid value for attribute 'cellid' in element 'memnode': '${id}'. Expected non-negative integer value`;
    return { fact: `'${id}' is no number of a cell`, refusal };
  }
  if (count !== undefined && id >= count) {
    const refusal = "Argument 'cellid' in memnode element must correspond to existing guest's NUMA cell";
    return { fact: `There is no cell ${id}, the last one is ${count - 1}`, refusal };
  }
  if (!first) return undefined;
  const refusal = `Multiple memnode elements with cellid ${id}`;
  return { fact: `Cell ${id} is bound twice`, refusal };
}

/** The first cell that no `<memnode>` speaks of. */
function freeCell(memnodes: readonly XmlElement[], count: number): number | undefined {
  const taken = memnodes.map(readCellId).filter((id) => typeof id === 'number');
  return IndexSet.first(count).subtract(IndexSet.from(taken)).min;
}

function fixesFor(memnode: XmlElement, free: number | undefined): Fix[] {
  const fixes: Fix[] = [
    {
      title: 'Remove this <memnode>',
      applicability: 'suggestion',
      changes: [{ op: 'remove-element', element: memnode }],
    },
  ];
  if (free !== undefined) {
    fixes.unshift({
      title: `Bind cell ${free}, which has no <memnode>`,
      applicability: 'suggestion',
      changes: [{ op: 'set-attribute', element: memnode, name: 'cellid', text: String(free) }],
    });
  }
  return fixes;
}
