import type { MachineType } from '../guest/machine.ts';
import { atLeast, type Version } from '../guest/target.ts';
import type { Level } from '../guest/topology.ts';

/** The QEMU that first took a level as a key of -smp; the others have always been there. */
export const LEVEL_SINCE: Readonly<Partial<Record<Level, Version>>> = {
  dies: [4, 1],
  clusters: [7, 0],
  books: [8, 2],
  drawers: [8, 2],
  modules: [9, 1],
};

const EVERYWHERE: readonly Level[] = ['sockets', 'cores', 'threads'];

/**
 * Levels that may be more than one on a machine (hw/i386/pc.c: pc_machine_class_init, hw/arm/virt.c:
 * virt_machine_class_init). Undefined for machines that we do not know.
 */
export function supportedLevels(
  type: MachineType | undefined,
  arch: string | undefined,
): readonly Level[] | undefined {
  if (type?.family === 'q35' || type?.family === 'i440fx') return [...EVERYWHERE, 'dies', 'modules'];
  if (type?.family === 'virt' && /^(aarch64|arm)$/.test(arch ?? '')) return [...EVERYWHERE, 'clusters'];
  return undefined;
}

/** How many vCPUs a q35 machine of a version takes, the newest first (query-machines: cpu-max). */
const Q35_LIMITS: readonly (readonly [since: Version, limit: number])[] = [
  [[9, 0], 4096],
  [[8, 1], 1024],
  [[2, 8], 288],
  [[0, 0], 255],
];

/**
 * How many vCPUs a machine takes.
 * @param qemu the QEMU that runs it, for types without a version in their name.
 */
export function vcpuLimit(type: MachineType, qemu: Version): number | undefined {
  if (type.family === 'i440fx') return 255;
  if (type.family !== 'q35') return undefined;
  return Q35_LIMITS.find(([since]) => atLeast(type.version ?? qemu, since))?.[1];
}
