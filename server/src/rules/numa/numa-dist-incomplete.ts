import { complete } from '../../guest/collection.ts';
import type { NodeDistance } from '../../guest/memory.ts';
import { nodeId } from '../../guest/queries.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { listed } from './wording.ts';

/** What a distance is where nothing is said. */
const REMOTE = 20;

type Pair = readonly [from: number, to: number];

export default defineRule({
  name: 'numa-dist-incomplete',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary: 'Distances are given for some pairs of guest nodes, but not for all.',
  sources: [
    { title: 'QEMU: The distance between nodes is missing', ref: 'hw/core/numa.c: validate_numa_distance' },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, report } = context;
    const nodes = complete(guest.nodes);
    const distances = complete(guest.distances);
    const last = distances?.at(-1);
    const ids = nodes?.map(nodeId).filter((id) => id !== undefined);
    if (!nodes || !distances || !last || !ids || ids.length < nodes.length) return;
    const table = tableOf(distances);
    if (!table) return;
    const pairs = ids.flatMap((a, i) => ids.slice(i + 1).map((b): Pair => (a < b ? [a, b] : [b, a])));
    const missing = pairs.filter(([a, b]) => !table.has(key(a, b)) && !table.has(key(b, a)));
    const uneven = pairs.find(([a, b]) => differ(table.get(key(a, b)), table.get(key(b, a))));
    const oneWay = uneven
      ? pairs
          .flatMap(([a, b]): Pair[] => [
            [a, b],
            [b, a],
          ])
          .filter(([a, b]) => !table.has(key(a, b)))
      : [];
    if (missing.length === 0 && oneWay.length === 0) return;
    report({
      message: missing.length > 0 ? missingMessage(missing) : oneWayMessage(uneven!, oneWay),
      at: last.label,
      about: distances,
      fixes: fixesFor(context, last, table, uneven ? oneWay : missing),
    });
  },
});

const key = (from: number, to: number): string => `${from} ${to}`;

/** The last distance given for each pair and direction; undefined where one is not known. */
function tableOf(distances: readonly NodeDistance[]): Map<string, number> | undefined {
  const table = new Map<string, number>();
  for (const { from, to, value } of distances) {
    if (!isKnown(from.id) || !isKnown(to.id) || !isKnown(value)) return undefined;
    table.set(key(from.id.value, to.id.value), value.value);
  }
  return table;
}

const differ = (there: number | undefined, back: number | undefined): boolean =>
  there !== undefined && back !== undefined && there !== back;

function missingMessage(pairs: readonly Pair[]): string {
  const sorted = pairs.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const [a, b] = sorted[0]!;
  const others =
    sorted.length === 1
      ? ''
      : `, and not of ${sorted.length - 1} more ${sorted.length === 2 ? 'pair' : 'pairs'}`;
  return (
    `Distances are given, but not that of nodes ${a} and ${b}${others}: QEMU stops with "The distance between node ${a} and ` +
    `${b} is missing, at least one distance value between each nodes should be provided."`
  );
}

const oneWayMessage = ([a, b]: Pair, missing: readonly Pair[]): string =>
  `From node ${a} to ${b} it is another distance than back, and then every direction must be given, ` +
  `${listed(missing.map(([from, to]) => `${from} to ${to}`))} too: QEMU stops with "At least one asymmetrical pair of ` +
  'distances is given, please provide distances for both directions of all node pairs."';

/** The way back where one way is given; else the distance that all others have, or the usual one. */
function fixesFor(
  { sources }: QemuContext,
  last: NodeDistance,
  table: ReadonlyMap<string, number>,
  missing: readonly Pair[],
): Fix[] {
  const after = sources.get(last);
  if (!after) return [];
  const remote = new Set([...table].filter(([pair]) => !isOwn(pair)).map(([, value]) => value));
  const usual = remote.size === 1 ? [...remote][0]! : REMOTE;
  const added = missing.map(([from, to]) => {
    const value = table.get(key(to, from)) ?? usual;
    return `dist,src=${from},dst=${to},val=${value}`;
  });
  return [
    {
      title: `Add ${added.length === 1 ? 'the missing distance' : `the ${added.length} missing distances`}`,
      applicability: 'suggestion',
      changes: added.map((text) => ({ op: 'add-option', words: ['-numa', text], after }) as const),
    },
  ];
}

function isOwn(pair: string): boolean {
  const [from, to] = pair.split(' ');
  return from === to;
}
