import type { MachineType } from '../../guest/machine.ts';
import { atLeast, NEWEST_QEMU, type Target } from '../../guest/target.ts';

/** Machine types from this version on no longer take `mem=`; the older ones still do, with a warning of QEMU's. */
const REMOVED = [5, 1] as const;

/** Machines of other families that we know to refuse it in every version. */
const NEVER_TOOK_IT = new Set(['microvm', 'isapc']);

/** True for machines that certainly refuse `-numa node,mem=` (query-machines: numa-mem-supported). */
export function refusesMem(machine: MachineType, target: Target): boolean {
  if (machine.family === 'other') return NEVER_TOOK_IT.has(machine.name);
  return atLeast(machine.version ?? target.qemu ?? NEWEST_QEMU, REMOVED);
}
