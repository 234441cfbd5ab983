import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ReadSibling } from '../dialects/carriers/sourced.ts';

/** Beyond this many bytes a file is none that a script would source. */
const LIMIT = 100_000;

/** Reads what the script in a file may source. Absolute paths are the system's files, and left alone. */
export function siblingsOf(file: string): ReadSibling {
  return (relative) => {
    if (path.isAbsolute(relative)) return undefined;
    const sibling = path.resolve(path.dirname(file), relative);
    try {
      // Anything but a regular file could keep us waiting, or never end.
      const stats = fs.statSync(sibling);
      return stats.isFile() && stats.size <= LIMIT ? fs.readFileSync(sibling, 'utf8') : undefined;
    } catch {
      return undefined;
    }
  };
}
