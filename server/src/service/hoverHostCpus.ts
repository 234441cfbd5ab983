import type { Host } from '../host/host.ts';
import { IndexSet } from '../values/indexSet.ts';
import { bulleted, listed, MOST_LISTED } from './hoverText.ts';

/** On which nodes and cores a set of CPUs of the host is, and which of it are isolated, off or not there, in Markdown. */
export function describeCpus(set: IndexSet, host: Host): string {
  const present = set.intersect(host.cpus);
  const nodes = host.nodes.filter(({ cpus }) => !cpus.intersect(present).isEmpty);
  const isolated = present.intersect(host.isolatedCpus);
  const off = set.intersect(host.offlineCpus);
  const absent = set.subtract(host.cpus).subtract(host.offlineCpus);
  return bulleted(`On the host: ${present.size} CPU${present.size === 1 ? '' : 's'} of ${host.cpus.size}`, [
    ...nodes
      .slice(0, MOST_LISTED)
      .map(({ id, cpus }) =>
        nodes.length === 1 ? `All on host node ${id}` : `Host node ${id}: ${cpus.intersect(present)}`,
      ),
    ...coresOf(present, host),
    ...kindsOf(present, host),
    host.profile.isolatedCpus === undefined || present.isEmpty
      ? undefined
      : isolated.isEmpty
        ? 'None is isolated'
        : `Isolated: ${isolated.size === present.size ? 'all' : isolated}`,
    off.isEmpty ? undefined : `Switched off: ${off}`,
    absent.isEmpty ? undefined : `Not on this host: ${absent}`,
  ]);
}

/** The cores that the CPUs are threads of: those that are there as a whole, and those that have more threads. */
function* coresOf(present: IndexSet, host: Host): Generator<string> {
  const cores = new Set<IndexSet>();
  const members = new Set(present);
  for (const cpu of members) {
    const siblings = host.siblings(cpu);
    if (!siblings) return;
    cores.add(siblings);
  }
  const isWhole = (core: IndexSet): boolean => [...core].every((cpu) => members.has(cpu));
  const whole = [...cores].filter(isWhole);
  const parts = [...cores].filter((core) => !isWhole(core));
  if (whole.length > 0) {
    const threads = whole.every(({ size }) => size === 1) ? '' : `: ${listed(whole.map(String), ' · ')}`;
    yield `${whole.length} whole core${whole.length === 1 ? '' : 's'}${threads}`;
  }
  if (parts.length > 0) {
    const missing = IndexSet.from(parts.flatMap((core) => [...core].filter((cpu) => !members.has(cpu))));
    yield `${parts.length} core${parts.length === 1 ? '' : 's'} in part; siblings that are missing here: ${missing}`;
  }
}

/** Fast and slow cores, of a machine that has both. */
function* kindsOf(present: IndexSet, host: Host): Generator<string> {
  for (const [type, name] of [
    ['P', 'Performance cores'],
    ['E', 'Efficiency cores'],
  ]) {
    const cpus = IndexSet.from([...present].filter((cpu) => host.cpu(cpu)?.type === type));
    if (!cpus.isEmpty) yield `${name}: ${cpus}`;
  }
}
