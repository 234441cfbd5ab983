import * as fs from 'node:fs';
import * as path from 'node:path';
import type { SystemTree } from '../host/capture/tree.ts';

const DEFAULT_LIMIT = 64 * 1024;

/** What a file in sysfs can hold. It is handed out as a whole, so that a shorter one needs no second look. */
const ATTRIBUTE = 4096;

/** The files below a folder that holds `sys` and `proc`: `/`, or the record of another machine. */
export function systemTree(root: string): SystemTree {
  const base = root.endsWith(path.sep) ? root : root + path.sep;
  let buffer = Buffer.allocUnsafe(DEFAULT_LIMIT);
  return {
    read(file, limit = DEFAULT_LIMIT) {
      return attempt(() => {
        // Not blocking: a pipe in place of a file would be waited for.
        const descriptor = fs.openSync(base + file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
        try {
          if (buffer.length < limit) buffer = Buffer.allocUnsafe(limit);
          const whole = file.startsWith('sys/') ? ATTRIBUTE : 0;
          return buffer.toString('utf8', 0, fill(descriptor, buffer, limit, whole)).trim();
        } finally {
          fs.closeSync(descriptor);
        }
      });
    },
    list: (folder) => attempt(() => fs.readdirSync(base + folder).sort()) ?? [],
    link: (file) => attempt(() => fs.readlinkSync(base + file)),
  };
}

/**
 * Reads up to `limit` bytes. Files in /proc give a page at a time, and their sizes are not known before.
 * @param whole what is shorter than this is read as a whole; 0 where that is not so.
 * @returns how many bytes there are.
 */
function fill(descriptor: number, buffer: Buffer, limit: number, whole: number): number {
  let size = 0;
  while (size < limit) {
    const read = fs.readSync(descriptor, buffer, size, limit - size, null);
    size += read;
    if (read === 0 || size < whole) break;
  }
  return size;
}

/** Undefined where the system says no: what cannot be read is as good as absent. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
