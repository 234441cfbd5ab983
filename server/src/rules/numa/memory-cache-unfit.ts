import { child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { type Refusal, removeElement, tellRefusal, word } from '../refusal.ts';
import { cellsOf, numaOf, readNumber } from './libvirtCells.ts';

/** As many levels as ACPI tells of. */
const LAST_LEVEL = 3;

export default defineRule({
  name: 'memory-cache-unfit',
  reads: 'libvirt',
  concerns: ['cache'],
  topic: 'numa',
  severity: 'error',
  summary: "A cache of a NUMA cell's memory has a level that there is none of, or one that another has.",
  explains: ['invalid-value'],
  sources: [
    {
      title: "libvirt: Cache level '…' already defined",
      ref: 'src/conf/numa_conf.c: virDomainNumaDefNodeCacheParseXML, virDomainNumaDefValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    const numa = numaOf(context.domain);
    if (!numa || !children(numa, 'cell').some((cell) => child(cell, 'cache'))) return;
    for (const [id, cell] of cellsOf(context.domain)?.byId ?? []) {
      const levels = new Map<number, XmlElement>();
      for (const cache of children(cell, 'cache')) {
        const refusal = levelOf(cache, id, levels);
        if (refusal) tellRefusal(context, refusal);
      }
    }
  },
});

function levelOf(cache: XmlElement, id: number, levels: Map<number, XmlElement>): Refusal | undefined {
  const text = word(cache, 'level');
  if (text === undefined) return undefined;
  const level = readNumber(cache, 'level');
  const at = { element: cache, attribute: 'level', fixes: [removeElement(cache)] };
  if (!level) {
    return {
      fact: `Levels of caches count from 1, and '${text}' is none`,
      words: `Invalid 'level' attribute in cache element for NUMA node ${id}`,
      ...at,
    };
  }
  if (level > LAST_LEVEL) {
    return {
      fact: `Caches have ${LAST_LEVEL} levels, and this is level ${level}`,
      words: "Ain't nobody heard of that much cache level",
      ...at,
    };
  }
  const first = levels.get(level);
  levels.set(level, first ?? cache);
  if (!first) return undefined;
  return {
    fact: `Cell ${id} has a cache of level ${level} already`,
    words: `Cache level '${level}' already defined`,
    beside: { element: first, message: 'The first one.' },
    ...at,
  };
}
