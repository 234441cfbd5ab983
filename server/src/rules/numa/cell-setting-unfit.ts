import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { type Refusal, removeAttribute, removeElement, tellRefusal } from '../refusal.ts';
import { numaOf } from './libvirtCells.ts';

export default defineRule({
  name: 'cell-setting-unfit',
  reads: 'libvirt',
  concerns: ['numa'],
  topic: 'numa',
  severity: 'error',
  summary: 'A list of NUMA cells, of their vCPUs or of their distances is empty.',
  explains: ['required-part-missing', 'invalid-value', 'unreadable-number'],
  sources: [
    {
      title: 'libvirt: NUMA topology defined without NUMA cells',
      ref: 'src/conf/numa_conf.c: virDomainNumaDefParseXML',
    },
    {
      title: 'libvirt: NUMA distances defined without siblings',
      ref: 'src/conf/numa_conf.c: virDomainNumaDefNodeDistanceParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const numa = numaOf(context.domain);
    if (!numa || mayGainChildren(numa)) return;
    const cells = children(numa, 'cell');
    if (cells.length === 0) tellRefusal(context, withoutCells(numa));
    for (const cell of cells) {
      for (const find of [withoutNumbers, withoutSiblings]) {
        const refusal = find(cell);
        if (refusal) tellRefusal(context, refusal);
      }
    }
  },
});

const withoutCells = (numa: XmlElement): Refusal => ({
  fact: 'There are to be NUMA cells, and <numa> has none',
  words: 'NUMA topology defined without NUMA cells',
  element: numa,
  fixes: [removeElement(numa)],
});

/** A cell without vCPUs has no cpus= at all. */
function withoutNumbers(cell: XmlElement): Refusal | undefined {
  const value = attribute(cell, 'cpus')?.value;
  if (value?.text.trim() !== '') return undefined;
  return {
    fact: 'An empty list of vCPUs is none: a cell without vCPUs does not say cpus=',
    words: `Failed to parse bitmap '${value.text}'`,
    element: cell,
    attribute: 'cpus',
    fixes: [removeAttribute(cell, 'cpus')],
  };
}

function withoutSiblings(cell: XmlElement): Refusal | undefined {
  const distances = child(cell, 'distances');
  if (!distances || child(distances, 'sibling') || mayGainChildren(distances)) return undefined;
  return {
    fact: '<distances> is to say how far other cells are, and has no <sibling>',
    words: 'NUMA distances defined without siblings',
    element: distances,
    fixes: [removeElement(distances)],
  };
}
