import { readBytes, readNumber } from '../../dialects/qemu/lower/read.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { effective, placeOf } from '../../guest/value.ts';
import type { Span } from '../../text/span.ts';
import type { Bytes } from '../../values/byteSize.ts';
import { formatBytes } from '../../values/byteSize.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { hasHmat, numaOptions, removal } from './hmat.ts';

/** Levels 1 to 3 (include/sysemu/numa.h: HMAT_LB_LEVELS). */
const LAST_LEVEL = 3;

export default defineRule({
  name: 'hmat-cache-order',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary:
    "The caches of a guest node's memory are given before what they need, or do not grow with their level.",
  sources: [{ title: 'QEMU: -numa hmat-cache', ref: 'hw/core/numa.c: parse_numa_hmat_cache' }],
  since: '0.1.0',
  check(context) {
    const { line, report } = context;
    if (!hasHmat(line) || line.openedBy.length > 0) return;
    const caches = new Map<string, Cache>();
    const before: Option[] = [];
    for (const option of numaOptions(line, 'node', 'hmat-lb', 'hmat-cache')) {
      if (option.makes === 'hmat-cache') {
        const cache = readCache(option);
        const fault = cache && faultOf(context, cache, before, caches);
        if (cache && !fault) caches.set(`${cache.node} ${cache.level}`, cache);
        if (fault) {
          const { fact, refusal, at, fixes = [removal(option)] } = fault;
          report({ message: `${fact}: QEMU stops with "${refusal}".`, at, about: option, fixes });
        }
      }
      before.push(option);
    }
  },
});

interface Cache {
  readonly option: Option;
  readonly node: number;
  readonly level: number;
  readonly size: Bytes;
}

function readCache(option: Option): Cache | undefined {
  const node = effective(readNumber(option.value('node-id')));
  const level = effective(readNumber(option.value('level')));
  const size = effective(readBytes(option.value('size')));
  return node === undefined || level === undefined || size === undefined
    ? undefined
    : { option, node, level, size };
}

interface Fault {
  readonly fact: string;
  readonly refusal: string;
  readonly at: Span;
  readonly fixes?: readonly Fix[];
}

/** In the order of QEMU's own questions. */
function faultOf(
  { line }: QemuContext,
  { option, node, level, size }: Cache,
  before: readonly Option[],
  caches: ReadonlyMap<string, Cache>,
): Fault | undefined {
  const at = (key: string): Span => placeOf(option.value(key));
  const nodes = before.filter((each) => each.makes === 'node').length;
  if (node >= nodes) {
    return {
      fact: `There is no guest node ${node} up to here`,
      refusal: `Invalid node-id=${node}, it should be less than ${nodes}`,
      at: at('node-id'),
    };
  }
  const told = (data: string): boolean =>
    before.some(
      (each) =>
        each.makes === 'hmat-lb' &&
        // Any that is not known might be the one.
        [undefined, node].includes(effective(readNumber(each.value('target')))) &&
        [undefined, data].includes(each.says('data-type')),
    );
  if (!told('access-latency') || !told('access-bandwidth')) {
    const last = numaOptions(line, 'hmat-lb').at(-1);
    const isLater = last && line.options.indexOf(last) > line.options.indexOf(option);
    return {
      fact: `Node ${node} has no access-latency and access-bandwidth up to here`,
      refusal: `The latency and bandwidth information of node-id=${node} should be provided before memory side cache attributes`,
      at: at('node-id'),
      fixes: isLater
        ? [
            {
              title: 'Move it behind the latencies and bandwidths',
              applicability: 'safe',
              changes: [{ op: 'move-option', option, after: last }],
            },
          ]
        : [removal(option)],
    };
  }
  if (level < 1 || level > LAST_LEVEL) {
    return {
      fact: `There is no level ${level} of a cache`,
      refusal: `Invalid level=${level}, it should be larger than 0 and less than or equal to ${LAST_LEVEL}`,
      at: at('level'),
    };
  }
  if (caches.has(`${node} ${level}`)) {
    return {
      fact: `Node ${node} has a cache of level ${level} already`,
      refusal: `Duplicate configuration of the side cache for node-id=${node} and level=${level}`,
      at: at('level'),
    };
  }
  const inner = caches.get(`${node} ${level - 1}`);
  if (level > 1 && !inner) {
    return {
      fact: `Level ${level} of node ${node} stands before level ${level - 1}`,
      refusal: `Cache level=${level - 1} shall be defined first`,
      at: at('level'),
    };
  }
  if (!inner || size > inner.size) return undefined;
  return {
    fact: `Level ${level} is no larger than level ${level - 1}, ${formatBytes(size)} and ${formatBytes(inner.size)}`,
    refusal: `Invalid size=${size}, the size of level=${level} should be larger than the size(${inner.size}) of level=${level - 1}`,
    at: at('size'),
  };
}
