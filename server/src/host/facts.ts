import type { CpuProfile, DeviceProfile, HostProfile, NodeProfile, VolatileFacts } from './profile.ts';

/** What one source says about a thing: what names the thing, and whatever else the source knows. */
type Known<T, Key extends keyof T> = Pick<T, Key> & { [K in Exclude<keyof T, Key>]?: T[K] | undefined };

/**
 * What one source knows about a machine. Whatever it does not know is left out. CPU lists are written as
 * IndexSet.toString() does, addresses as formatPciAddress() does, and sizes are rounded down.
 */
export interface HostFacts
  extends Partial<
    Omit<HostProfile, '$schema' | 'schemaVersion' | 'sources' | 'nodes' | 'cpus' | 'pci' | 'volatile'>
  > {
  /** Names the source in conflicts and in the profile: `sysfs`, or `virsh capabilities`. */
  readonly source: string;
  readonly nodes?: readonly NodeFacts[];
  readonly cpus?: readonly CpuFacts[];
  readonly pci?: readonly DeviceFacts[];
  readonly volatile?: Partial<VolatileFacts>;
}

export type NodeFacts = Known<NodeProfile, 'id'>;
export type CpuFacts = Known<CpuProfile, 'id'>;
export type DeviceFacts = Known<DeviceProfile, 'address'>;
