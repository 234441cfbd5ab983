import { IndexSet, parseIndexSet } from '../../values/indexSet.ts';
import type { CpuFacts } from '../facts.ts';
import { known, readNumber, type SystemTree } from './tree.ts';

const CPUS = 'sys/devices/system/cpu';

/** The folders in which Linux lists the cores of a hybrid processor, with what they hold. */
const CORE_TYPES = [
  ['cpu_core', 'P'],
  ['cpu_atom', 'E'],
  ['cpu_lowpower', 'E'],
] as const;

/** A list of CPUs in a file; empty where there is none. */
export const readCpus = (tree: SystemTree, path: string): IndexSet =>
  parseIndexSet(tree.read(path) ?? '') ?? IndexSet.empty;

/** Those that the kernel uses; one that was switched off is not among them. */
export const onlineCpus = (tree: SystemTree): IndexSet => readCpus(tree, `${CPUS}/online`);

const presentCpus = (tree: SystemTree): IndexSet => readCpus(tree, `${CPUS}/present`);

/** Linux also lists CPUs that could still be plugged in. */
export const isolatedCpus = (tree: SystemTree): IndexSet =>
  readCpus(tree, `${CPUS}/isolated`).intersect(presentCpus(tree));

/** Those that are in the machine and switched off, not those that could still be plugged in. */
export const offlineCpus = (tree: SystemTree): IndexSet => presentCpus(tree).subtract(onlineCpus(tree));

/**
 * The CPUs that are online. What the threads of a core have in common is read once for all of them, and so are
 * caches: reading files is what a capture spends its time on.
 */
export function captureCpus(tree: SystemTree): CpuFacts[] {
  const types = CORE_TYPES.map(([folder, type]) => ({
    type,
    cpus: readCpus(tree, `sys/devices/${folder}/cpus`),
  }));
  const cores = new Map<number, Partial<CpuFacts>>();
  const caches = new Map<number, number>();
  return [...onlineCpus(tree)].map((id) => {
    const core = cores.get(id) ?? readCore(tree, id);
    for (const sibling of parseIndexSet(core.siblings ?? '') ?? []) cores.set(sibling, core);
    if (!caches.has(id)) {
      const shared = readCpus(tree, `${CPUS}/cpu${id}/cache/index3/shared_cpu_list`);
      for (const cpu of shared) caches.set(cpu, shared.ranges[0]![0]);
    }
    const type = types.find(({ cpus }) => cpus.has(id))?.type;
    return known({ id, ...core, l3: caches.get(id), type });
  });
}

function readCore(tree: SystemTree, id: number): Partial<CpuFacts> {
  const folder = `${CPUS}/cpu${id}/topology`;
  const cluster = readNumber(tree, `${folder}/cluster_id`);
  const siblings = readCpus(tree, `${folder}/thread_siblings_list`);
  return known({
    package: readNumber(tree, `${folder}/physical_package_id`),
    die: readNumber(tree, `${folder}/die_id`),
    // The kernel keeps 16 bits of -1.
    cluster: cluster === 65535 ? undefined : cluster,
    core: readNumber(tree, `${folder}/core_id`),
    siblings: siblings.isEmpty ? undefined : siblings.toString(),
  });
}
