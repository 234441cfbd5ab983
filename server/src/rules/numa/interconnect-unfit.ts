import { parseLibvirtSet } from '../../dialects/libvirt/values.ts';
import { attribute, child, childElements, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import {
  content,
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';
import { type Cells, cellsOf, readNumber } from './libvirtCells.ts';

export default defineRule({
  name: 'interconnect-unfit',
  reads: 'libvirt',
  concerns: ['interconnects'],
  topic: 'numa',
  severity: 'error',
  summary: 'A latency or bandwidth between NUMA cells names what is not there, or is given twice.',
  explains: ['invalid-value'],
  sources: [
    {
      title: "libvirt: 'initiator' refers to a non-existent NUMA node",
      ref: 'src/conf/numa_conf.c: virDomainNumaDefValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { domain } = context;
    const cells = cellsOf(domain);
    const interconnects = cells && child(cells.numa, 'interconnects');
    if (!interconnects) return;
    const before: Link[] = [];
    for (const element of childElements(interconnects)) {
      const kind = element.name.text;
      if (kind !== 'latency' && kind !== 'bandwidth') continue;
      const refusal = unreadable(element) ?? endOf(element, cells, domain) ?? cacheOf(element, cells);
      const link = linkOf(element);
      const again = refusal ?? (link && repetition(link, before));
      if (again) tellRefusal(context, again);
      if (link) before.push(link);
    }
  },
});

/** Sizes with a unit have a rule of their own. */
function unreadable(element: XmlElement): Refusal | undefined {
  const names = ['initiator', 'target', 'cache', ...(element.name.text === 'latency' ? ['value'] : [])];
  const name = names.find((each) => {
    const text = word(element, each);
    return text !== undefined && !/^\s*\+?\d+$/.test(text);
  });
  if (name === undefined) return undefined;
  const text = word(element, name)!;
  return {
    fact: `'${text}' is no number`,
    words: `Invalid value for attribute '${name}' in element '${element.name.text}': '${text}'. Expected non-negative integer value`,
    element,
    attribute: name,
    fixes: [name === 'cache' ? removeAttribute(element, name) : removeElement(element)],
  };
}

function endOf(element: XmlElement, { byId }: Cells, domain: XmlElement): Refusal | undefined {
  for (const name of ['initiator', 'target'] as const) {
    const id = readNumber(element, name);
    if (id === undefined) continue;
    const cell = byId.get(id);
    if (!cell) {
      return {
        fact: `There is no cell ${id}`,
        words: `'${name}' refers to a non-existent NUMA node`,
        element,
        attribute: name,
        fixes: [removeElement(element)],
      };
    }
    if (name === 'target' || attribute(cell, 'cpus') || (id === 0 && !areTaken(byId, domain))) continue;
    return {
      fact: `Cell ${id} has no vCPUs, so that nothing starts from it`,
      words: "NUMA nodes without CPUs can't be initiator",
      element,
      attribute: name,
      beside: { element: cell, message: 'This cell has none.' },
      fixes: [...withCpus(byId).map((other) => writeAttribute(element, name, other)), removeElement(element)],
    };
  }
  return undefined;
}

/** Whether the cells name as many vCPUs as there are: libvirt puts what they leave into cell 0. */
function areTaken(byId: Cells['byId'], domain: XmlElement): boolean {
  const sizes = [...byId.values()].map((cell) => parseLibvirtSet(word(cell, 'cpus') ?? '')?.size ?? 0);
  const count = Number(content(child(domain, 'vcpu')) ?? 1);
  return sizes.reduce((sum, size) => sum + size, 0) >= count;
}

/** The one cell that can be meant instead. */
function withCpus(byId: Cells['byId']): string[] {
  const able = [...byId].filter(([, cell]) => attribute(cell, 'cpus'));
  return able.length === 1 ? [String(able[0]![0])] : [];
}

function cacheOf(element: XmlElement, { byId }: Cells): Refusal | undefined {
  const level = readNumber(element, 'cache');
  const target = byId.get(readNumber(element, 'target') ?? -1);
  if (!level || !target) return undefined;
  const levels = children(target, 'cache').map((cache) => readNumber(cache, 'level'));
  if (levels.includes(level) || levels.includes(undefined)) return undefined;
  return {
    fact: `The memory of cell ${word(element, 'target')} has no cache of level ${level}`,
    words: "'cache' refers to a non-existent NUMA node cache",
    element,
    attribute: 'cache',
    beside: { element: target, message: 'The cell that it leads to.' },
    fixes: [removeAttribute(element, 'cache')],
  };
}

interface Link {
  readonly element: XmlElement;
  readonly initiator: number;
  readonly target: number;
  readonly cache: number;
}

function linkOf(element: XmlElement): Link | undefined {
  const initiator = readNumber(element, 'initiator');
  const target = readNumber(element, 'target');
  const cache = attribute(element, 'cache') ? readNumber(element, 'cache') : 0;
  if (initiator === undefined || target === undefined || cache === undefined) return undefined;
  return { element, initiator, target, cache };
}

const isSame = (one: Link, other: Link): boolean =>
  one.element.name.text === other.element.name.text &&
  one.initiator === other.initiator &&
  one.target === other.target &&
  one.cache === other.cache &&
  word(one.element, 'type') !== undefined &&
  word(one.element, 'type') === word(other.element, 'type');

/** A link counts for both directions, and for latency and bandwidth alike. */
const isBack = (one: Link, other: Link): boolean =>
  one.initiator !== one.target && one.initiator === other.target && one.target === other.initiator;

function repetition(link: Link, before: readonly Link[]): Refusal | undefined {
  const first = before.find((other) => isSame(link, other) || isBack(link, other));
  if (!first) return undefined;
  const { element, initiator, target } = link;
  const same = isSame(link, first);
  return {
    fact: same
      ? `The ${word(element, 'type')} ${element.name.text} from cell ${initiator} to cell ${target} is given already`
      : `The way between cells ${target} and ${initiator} is given already, in the other direction`,
    words: same ? 'Duplicate info for NUMA latencies' : 'Link already defined',
    element,
    beside: { element: first.element, message: 'Given here.' },
    fixes: [removeElement(element)],
  };
}
