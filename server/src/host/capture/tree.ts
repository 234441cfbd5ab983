/**
 * The files of a Linux system as the capture reads them; paths are relative to its root, such as
 * `sys/devices/system/cpu/online`. Whatever cannot be read is as good as absent.
 */
export interface SystemTree {
  /** The beginning of a file, up to `limit` bytes (64 KiB where it is not given), without blanks around it. */
  read(path: string, limit?: number): string | undefined;
  /** The names in a folder, sorted by their characters. */
  list(path: string): readonly string[];
  /** Where a symbolic link leads, as it is written there. */
  link(path: string): string | undefined;
}

/** A file that holds one number, decimal or 0x. Undefined for what is none, and for the kernel's "not known" (-1). */
export function readNumber(tree: SystemTree, path: string): number | undefined {
  const text = tree.read(path);
  return text !== undefined && /^(\d+|0x[0-9a-f]+)$/.test(text) ? Number(text) : undefined;
}

/** The last name of a path. */
export const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** An object without the properties that are undefined. */
export function known<T extends object>(facts: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
