import type { Host } from '../host/host.ts';
import type { Verdict } from './verdict.ts';

/**
 * What reaching one place from the other costs: the firmware's relative distance, 1 where all is local, as a mean over
 * the host nodes that are involved. No measured latency. Undefined where the profile tells no distances.
 */
export function costOf({ reach }: Verdict, host: Host): number | undefined {
  if (!reach) return undefined;
  const distances = [...reach.from].flatMap((from) => [...reach.to].map((to) => host.distance(from, to)));
  if (distances.length === 0 || distances.some((distance) => distance === undefined)) return undefined;
  return distances.reduce<number>((sum, distance) => sum + distance!, 0) / distances.length / 10;
}
