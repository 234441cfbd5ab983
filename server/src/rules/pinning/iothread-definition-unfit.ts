import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import {
  lacks,
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';

export default defineRule({
  name: 'iothread-definition-unfit',
  reads: 'libvirt',
  concerns: ['iothreadids', 'defaultiothread'],
  topic: 'pinning',
  severity: 'error',
  summary: 'An I/O thread has a number or a pool that it cannot have.',
  explains: ['invalid-value', 'unreadable-number'],
  sources: [
    {
      title: "libvirt: duplicate iothread id '…' found",
      ref: 'src/conf/domain_conf.c: virDomainDefParseIOThreads, virDomainIOThreadIDDefParseXML',
    },
    {
      title: 'libvirt: thread_pool_min must be smaller or equal to thread_pool_max',
      ref: 'src/conf/domain_validate.c: virDomainDefValidateIOThreadsThreadPool',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { domain } = context;
    const threads = children(domain, 'iothreadids').flatMap((ids) => children(ids, 'iothread'));
    const standard = child(domain, 'defaultiothread');
    const refusals = [
      ...numbers(threads),
      ...(standard ? ['thread_pool_min', 'thread_pool_max'].flatMap((name) => negative(standard, name)) : []),
      ...[...threads, ...(standard ? [standard] : [])].flatMap(poolOf),
    ];
    for (const refusal of refusals) tellRefusal(context, refusal);
  },
});

function* numbers(threads: readonly XmlElement[]): Generator<Refusal> {
  const seen = new Map<number, XmlElement>();
  for (const thread of threads) {
    const text = word(thread, 'id');
    if (text === undefined) continue;
    const at = { element: thread, attribute: 'id', fixes: [removeElement(thread)] };
    const id = /^\s*\+?\d+$/.test(text) ? Number(text) : undefined;
    const refused = `Invalid value for attribute 'id' in element 'iothread': `;
    if (id === undefined) {
      yield {
        fact: `'${text}' is no number`,
        words: `${refused}'${text}'. Expected non-negative integer value`,
        ...at,
      };
    } else if (id === 0) {
      yield { fact: 'I/O threads count from 1', words: `${refused}Zero is not permitted`, ...at };
    } else if (seen.has(id)) {
      yield {
        fact: `Two I/O threads have the number ${id}`,
        words: `duplicate iothread id '${id}' found`,
        beside: { element: seen.get(id)!, message: 'The first one.' },
        ...at,
      };
    } else seen.set(id, thread);
  }
}

/** An I/O thread may say -1 for what it leaves to QEMU; the main loop may not. */
function negative(loop: XmlElement, name: string): Refusal[] {
  const text = word(loop, name);
  if (text === undefined || !/^\s*-\d*[1-9]\d*$/.test(text)) return [];
  const words = `Invalid value for attribute '${name}' in element 'defaultiothread': '${text}'. Expected non-negative value`;
  const fixes = [removeAttribute(loop, name)];
  return [
    { fact: `The main loop cannot have ${text} workers`, words, element: loop, attribute: name, fixes },
  ];
}

function poolOf(thread: XmlElement): Refusal[] {
  const most = numberOf(thread, 'thread_pool_max');
  const least = numberOf(thread, 'thread_pool_min');
  const name = thread.name.text === 'iothread' ? 'An I/O thread' : 'The main loop';
  if (most === 0) {
    return [
      {
        fact: `${name} is to have no workers at all`,
        words: 'thread_pool_max must be a positive integer',
        element: thread,
        attribute: 'thread_pool_max',
        fixes: [removeAttribute(thread, 'thread_pool_max')],
      },
    ];
  }
  if (least !== undefined && lacks(thread, 'thread_pool_max')) {
    return [
      {
        fact: `${name} is to have ${least} workers at least, and thread_pool_max= is not there`,
        words: 'thread_pool_min must be smaller or equal to thread_pool_max',
        element: thread,
        attribute: 'thread_pool_min',
        fixes: [
          removeAttribute(thread, 'thread_pool_min'),
          writeAttribute(thread, 'thread_pool_max', String(Math.max(least, 1))),
        ],
      },
    ];
  }
  if (least === undefined || most === undefined || least <= most) return [];
  return [
    {
      fact: `${name} is to have ${least} workers at least and ${most} at most`,
      words: 'thread_pool_min must be smaller or equal to thread_pool_max',
      element: thread,
      attribute: 'thread_pool_min',
      fixes: [removeAttribute(thread, 'thread_pool_min')],
    },
  ];
}

function numberOf(thread: XmlElement, name: string): number | undefined {
  const text = attribute(thread, name) && word(thread, name);
  return text !== undefined && /^\s*\+?\d+$/.test(text) ? Number(text) : undefined;
}
