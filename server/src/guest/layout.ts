import { oncePerPair } from '../values/oncePer.ts';
import type { Guest } from './guest.ts';
import type { Machine } from './machine.ts';
import { levelsBy, type Preference, productOf, resolveSmp, type Smp, type SmpConfig } from './smp.ts';
import { atLeast, NEWEST_QEMU, type Target } from './target.ts';
import { LEVELS, type Topology } from './topology.ts';
import { effective, isKnown, isUnknown } from './value.ts';

/** From this machine type on QEMU prefers cores over sockets (hw/core/machine-smp.c). */
const PREFERS_CORES = [6, 2] as const;

/** libvirt before does not know the attribute and takes no notice of it. */
const READS_CLUSTERS = [10, 1] as const;

/**
 * What becomes of the topology: all its numbers, which need not fit together. Undefined where one of them is not
 * known.
 */
export const resolveTopology = oncePerPair((guest: Guest, target: Target): Smp | undefined => {
  const { dialect, machine, topology } = guest;
  const config = configOf(topology);
  if (!config || effective(topology.vcpus) === undefined) return undefined;
  if (dialect === 'libvirt') return resolveDomain(topology, config, target);
  const preferred = preferenceOf(machine, target);
  if (preferred) return resolveSmp(config, preferred);
  const cores = resolveSmp(config, 'cores');
  const sockets = resolveSmp(config, 'sockets');
  return LEVELS.every((level) => cores.levels[level] === sockets.levels[level]) ? cores : undefined;
});

/** As resolveTopology(), but only where the numbers fit together, so that each vCPU has its place. */
export function layoutOf(guest: Guest, target: Target): Smp | undefined {
  const smp = resolveTopology(guest, target);
  return smp && smp.product === smp.maxcpus && smp.cpus <= smp.maxcpus ? smp : undefined;
}

/** Which core a vCPU is a thread of: vCPUs are numbered level by level, threads first (x86_topo_ids_from_idx). */
export const coreOf = ({ levels }: Smp, vcpu: number): number => Math.floor(vcpu / levels.threads);

/** Which die a vCPU belongs to, counted over all sockets; a guest's last-level cache is that of a die. */
export const dieOf = ({ levels }: Smp, vcpu: number): number =>
  Math.floor(vcpu / (levels.clusters * levels.modules * levels.cores * levels.threads));

/** Sockets of the whole guest. */
export const socketsOf = ({ levels }: Smp): number => levels.drawers * levels.books * levels.sockets;

/** What is written of a topology; undefined where a part is not known. */
export function configOf(topology: Topology): SmpConfig | undefined {
  const { vcpus, maxVcpus } = topology;
  if (isUnknown(vcpus) || isUnknown(maxVcpus)) return undefined;
  const config: { -readonly [Key in keyof SmpConfig]: SmpConfig[Key] } = {};
  if (isKnown(vcpus)) config.cpus = vcpus.value;
  if (isKnown(maxVcpus)) config.maxcpus = maxVcpus.value;
  for (const level of LEVELS) {
    const value = topology[level];
    if (isUnknown(value)) return undefined;
    if (isKnown(value)) config[level] = value.value;
  }
  return config;
}

/** Machine types without a version in their name are those of the QEMU that runs them. */
function preferenceOf(machine: Machine, target: Target): Preference | undefined {
  const type = effective(machine.type);
  if (!type || type.family === 'other') return undefined;
  return atLeast(type.version ?? target.qemu ?? NEWEST_QEMU, PREFERS_CORES) ? 'cores' : 'sockets';
}

/** Without a `<topology>` libvirt gives each vCPU a socket (src/qemu/qemu_command.c: qemuBuildSmpCommandLine). */
function resolveDomain(topology: Topology, config: SmpConfig, target: Target): Smp {
  const maxcpus = config.maxcpus ?? 1;
  const written = LEVELS.some((level) => topology[level].state !== 'absent');
  const levels = levelsBy((level) => config[level] ?? (written || level !== 'sockets' ? 1 : maxcpus));
  if (target.libvirt && !atLeast(target.libvirt, READS_CLUSTERS)) levels.clusters = 1;
  return { cpus: config.cpus ?? maxcpus, maxcpus, levels, product: productOf(levels) };
}
