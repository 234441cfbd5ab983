import type { Dirent } from 'node:fs';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { PROFILE_SUFFIX } from './messages.ts';

/** A place with more folders than these is no project of guests, and whoever opens a guest in it would have to wait. */
const MOST_FOLDERS = 1000;

/** Knows the host profiles of folders. Each folder is searched once, until something tells that files came or went. */
export class ProfileSearch {
  readonly #byFolder = new Map<string, Promise<readonly string[]>>();

  /** The paths of all profiles in and below a folder; none where it is too large to be sure that they are all. */
  in(folder: string): Promise<readonly string[]> {
    const known = this.#byFolder.get(folder);
    if (known) return known;
    const searching = search(folder);
    this.#byFolder.set(folder, searching);
    return searching;
  }

  /** Searches anew when it is next asked. */
  forget(): void {
    this.#byFolder.clear();
  }
}

async function search(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  let searched = 0;
  for (let folders = [root]; folders.length > 0; ) {
    searched += folders.length;
    if (searched > MOST_FOLDERS) return [];
    const below: string[] = [];
    for (const entry of (await Promise.all(folders.map(entriesOf))).flat()) {
      if (entry.isDirectory() && isSearched(entry.name)) below.push(pathOf(entry));
      // A link may lead out of a workspace that nobody trusts.
      else if (entry.isFile() && entry.name.endsWith(PROFILE_SUFFIX)) found.push(pathOf(entry));
    }
    folders = below;
  }
  return found;
}

const pathOf = ({ parentPath, name }: Dirent): string => path.join(parentPath, name);

/** What tools keep for themselves holds copies, or the files of others. */
const isSearched = (folder: string): boolean => !folder.startsWith('.') && folder !== 'node_modules';

/** Nothing of a folder that is gone, or closed to us. */
const entriesOf = (folder: string): Promise<Dirent[]> =>
  fs.readdir(folder, { withFileTypes: true }).catch(() => []);
