import type { Smp, SmpConfig } from '../../guest/smp.ts';
import type { Level } from '../../guest/topology.ts';

/** How much further away a grouping may be that gives each guest node a socket. */
const PER_NODE = 3.5;

const GROUPS = ['sockets', 'dies', 'cores', 'threads'] as const;

/** Levels that make room for exactly the vCPUs there are. */
export type Grouping = Readonly<Record<(typeof GROUPS)[number], number>>;

/**
 * The groupings of `maxcpus` that are nearest to what is written, the best first. Clusters, modules and the like
 * stay as they are; of two equally near ones that with a socket per guest node comes first.
 * @returns none where the vCPUs cannot be grouped so at all.
 */
export function nearestTopologies(config: SmpConfig, smp: Smp, nodes: number, limit: number): Grouping[] {
  const { drawers, books, clusters, modules } = smp.levels;
  const groups = smp.maxcpus / (drawers * books * clusters * modules);
  if (!Number.isInteger(groups) || groups < 1) return [];
  const ranked = groupingsOf(groups, config.dies ?? 1).map((grouping) => ({
    grouping,
    cost: distance(grouping, config) - (nodes > 1 && grouping.sockets === nodes ? PER_NODE : 0),
  }));
  ranked.sort((a, b) => a.cost - b.cost);
  return ranked.slice(0, limit).map(({ grouping }) => grouping);
}

function groupingsOf(groups: number, dies: number): Grouping[] {
  const out: Grouping[] = [];
  // Fewer threads per core are tried first, then fewer sockets: the order decides between equals.
  for (const threads of divisorsOf(groups)) {
    for (const sockets of divisorsOf(groups / threads)) {
      for (const each of new Set([dies, 1])) {
        const cores = groups / (threads * sockets * each);
        if (Number.isInteger(cores)) out.push({ sockets, dies: each, cores, threads });
      }
    }
  }
  return out;
}

function divisorsOf(number: number): number[] {
  const small: number[] = [];
  for (let i = 1; i * i <= number; i++) if (number % i === 0) small.push(i);
  const large = small.map((i) => number / i).reverse();
  return [...new Set([...small, ...large])];
}

/** One for each level that must be written otherwise, and how far it moves; little for one that is not written. */
function distance(grouping: Grouping, config: SmpConfig): number {
  return GROUPS.reduce((sum, level) => {
    const written = config[level];
    // No processor has three threads in a core.
    const odd = level === 'threads' && !Number.isInteger(Math.log2(grouping.threads)) ? 2 : 0;
    if (written === grouping[level]) return sum;
    if (written) return sum + 1 + odd + Math.abs(Math.log2(grouping[level] / written));
    return sum + odd + (grouping[level] === 1 || level === 'cores' ? 0 : 0.75);
  }, 0);
}

/** What must be written to get a grouping: the levels that are, and those that would not follow by themselves. */
export const writtenAs = (
  grouping: Grouping,
  config: SmpConfig,
  follows: (level: Level) => boolean,
): Partial<Record<Level, number>> =>
  Object.fromEntries(
    GROUPS.filter((level) =>
      config[level] === undefined
        ? grouping[level] > 1 && !follows(level)
        : config[level] !== grouping[level],
    ).map((level) => [level, grouping[level]]),
  );
