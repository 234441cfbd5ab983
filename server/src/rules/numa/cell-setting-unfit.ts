import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, child, childElements, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { type Refusal, removeAttribute, removeElement, tellRefusal } from '../refusal.ts';

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
    // Of the cells libvirt reads the first list.
    const [numa] = children(context.domain, 'cpu').flatMap((cpu) => children(cpu, 'numa'));
    if (!numa || mayGainChildren(numa)) return;
    const cells = children(numa, 'cell');
    if (cells.length === 0) tellRefusal(context, withoutCells(numa));
    for (const cell of cells) {
      for (const refusal of [...withoutNumbers(cell), ...withoutSiblings(cell)])
        tellRefusal(context, refusal);
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
function* withoutNumbers(cell: XmlElement): Generator<Refusal> {
  const value = attribute(cell, 'cpus')?.value;
  if (value?.text.trim() !== '') return;
  yield {
    fact: 'An empty list of vCPUs is none: a cell without vCPUs does not say cpus=',
    words: `Failed to parse bitmap '${value.text}'`,
    element: cell,
    attribute: 'cpus',
    fixes: [removeAttribute(cell, 'cpus')],
  };
}

function* withoutSiblings(cell: XmlElement): Generator<Refusal> {
  const distances = child(cell, 'distances');
  if (!distances || mayGainChildren(distances)) return;
  if (childElements(distances).some(({ name }) => name.text === 'sibling')) return;
  yield {
    fact: '<distances> is to say how far other cells are, and has no <sibling>',
    words: 'NUMA distances defined without siblings',
    element: distances,
    fixes: [removeElement(distances)],
  };
}
