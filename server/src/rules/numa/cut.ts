import type { Smp } from '../../guest/smp.ts';
import type { Level, Topology } from '../../guest/topology.ts';
import { IndexSet } from '../../values/indexSet.ts';

/** Runs of vCPUs of nearly equal size for so many nodes, in order and never through a core. */
export function cut({ maxcpus, levels }: Smp, count: number): IndexSet[] {
  const cores = maxcpus / levels.threads;
  const bound = (i: number): number => Math.floor((i * cores) / count) * levels.threads;
  return Array.from({ length: count }, (_, i) => IndexSet.between(bound(i), bound(i + 1) - 1));
}

/**
 * The levels to write for as many sockets, with the cores that are then left for each; undefined where they do not
 * come out even. Levels that are not written and follow by themselves stay so.
 */
export function levelsWithSockets(
  topology: Topology,
  { maxcpus, levels }: Smp,
  sockets: number,
): Partial<Record<Level, number>> | undefined {
  const rest =
    levels.drawers * levels.books * levels.dies * levels.clusters * levels.modules * levels.threads;
  const cores = maxcpus / (sockets * rest);
  if (!Number.isInteger(cores)) return undefined;
  return topology.cores.state === 'absent' ? { sockets } : { sockets, cores };
}
