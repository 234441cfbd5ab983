/** A version as [major, minor]. */
export type Version = readonly [number, number];

/** The programs a configuration is meant for. Undefined means: not said; rules then take the newest they know. */
export interface Target {
  readonly qemu: Version | undefined;
  readonly libvirt: Version | undefined;
}

export const NEWEST_QEMU: Version = [11, 1];

export const atLeast = (version: Version, floor: Version): boolean =>
  version[0] > floor[0] || (version[0] === floor[0] && version[1] >= floor[1]);

/** Reads `10.0` or `10.0.2`; undefined for anything else. */
export function parseVersion(text: string): Version | undefined {
  const match = /^(\d+)\.(\d+)(?:\.\d+)?$/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}
