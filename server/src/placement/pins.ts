import { layoutOf } from '../guest/layout.ts';
import type { Target } from '../guest/target.ts';
import { isKnown } from '../guest/value.ts';
import type { Host } from '../host/host.ts';
import { IndexSet } from '../values/indexSet.ts';
import { isKept } from './place.ts';
import type { Group, Placement } from './placement.ts';

/** Host CPUs for the vCPUs of a group, and what of the node is left for other threads. */
export interface Pins {
  readonly ofVcpus: ReadonlyMap<number, IndexSet>;
  readonly rest: IndexSet;
}

/** The newest: only how many threads a core has is asked, which no version sees otherwise. */
const ANY: Target = { qemu: undefined, libvirt: undefined };

/**
 * Shares CPUs of a host node out among vCPUs: to each a CPU of its own, threads of a core to siblings, and no core to
 * two cores of the guest. Where there are too few cores for that, every vCPU may run on all of the node.
 * @param taken CPUs that others have already.
 */
export function sharePins(
  placement: Placement,
  host: Host,
  group: Group,
  node: number,
  taken: IndexSet,
): Pins {
  const threads = layoutOf(placement.guest, ANY)?.levels.threads ?? 1;
  const all = host.cpusOfNode(node);
  const kept = threads === 1 ? pinnedWithin(group, all) : new Map<number, number>();
  const vcpus = [...(group.vcpus ?? IndexSet.empty)].filter((vcpu) => !kept.has(vcpu));
  const keptCores = [...kept.values()].flatMap((cpu) => [...(host.siblings(cpu) ?? IndexSet.from([cpu]))]);
  const busy = taken.union(IndexSet.from(keptCores));
  const cores = coresOf(host, all.subtract(busy)).filter((core) => core.length >= threads);
  if (cores.length * threads < vcpus.length) {
    return { ofVcpus: new Map([...vcpus, ...kept.keys()].map((vcpu) => [vcpu, all])), rest: all };
  }
  const pins = new Map<number, IndexSet>();
  let used = busy;
  for (const [i, vcpu] of vcpus.entries()) {
    const core = cores[Math.floor(i / threads)]!;
    pins.set(vcpu, IndexSet.from([core[i % threads]!]));
    // The siblings of a CPU in use are no quiet place for anything else.
    used = used.union(IndexSet.from(core));
  }
  return { ofVcpus: pins, rest: all.subtract(used) };
}

/** vCPUs that have a CPU of their own among these already: they stay, and the fix is as small as it can be. */
function pinnedWithin({ threads }: Group, cpus: IndexSet): ReadonlyMap<number, number> {
  const kept = new Map<number, number>();
  for (const keeper of isKept(threads) ? threads.keepers : []) {
    if (keeper.kind !== 'pin' || keeper.pin.kind !== 'vcpu-pin' || !isKnown(keeper.pin.vcpu)) continue;
    const [cpu] = keeper.value.value;
    const own = keeper.value.value.size === 1 && cpu !== undefined && cpus.has(cpu);
    if (own && ![...kept.values()].includes(cpu)) kept.set(keeper.pin.vcpu.value, cpu);
  }
  return kept;
}

/**
 * The free cores among some CPUs, each as its CPUs: those that are isolated first, fast ones before slow ones, and the
 * first core of all last, since interrupts and QEMU's own threads end up there.
 */
function coresOf(host: Host, cpus: IndexSet): number[][] {
  const seen = new Set<number>();
  const cores: number[][] = [];
  for (const cpu of cpus) {
    if (seen.has(cpu)) continue;
    const siblings = [...(host.siblings(cpu) ?? IndexSet.from([cpu]))];
    for (const sibling of siblings) seen.add(sibling);
    if (siblings.every((sibling) => cpus.has(sibling))) cores.push(siblings);
  }
  const [first, ...others] = cores;
  const order = first ? [...others, first] : [];
  const isolated = (core: number[]): number => Number(host.isolatedCpus.has(core[0]!));
  const fast = (core: number[]): number => Number(host.cpu(core[0]!)?.type !== 'E');
  return order.sort((a, b) => isolated(b) - isolated(a) || fast(b) - fast(a));
}

/** CPUs to which vCPUs of other groups are pinned, one each: they are not to be shared. */
export const takenByOthers = ({ groups }: Placement, group: Group): IndexSet =>
  IndexSet.of(
    groups
      .filter((other) => other !== group)
      .flatMap(({ threads }) => (isKept(threads) ? threads.keepers : []))
      .flatMap(({ kind, value }) => (kind === 'pin' && value.value.size === 1 ? value.value.ranges : [])),
  );
