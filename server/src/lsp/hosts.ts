import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Host } from '../host/host.ts';
import { loadHost } from '../host/load.ts';
import type { ProfileProblem } from '../host/read.ts';
import type { Settings } from '../service/settings.ts';
import { referenceProfile } from './referenceProfiles.ts';

/** A host profile as it was read. One with problems is as good as none. */
export interface HostFile {
  readonly text: string;
  readonly host: Host | undefined;
  readonly problems: readonly ProfileProblem[];
  /** Why there is no text. */
  readonly trouble: string | undefined;
}

/** In bytes; the reader's own limit speaks of characters, and is lower. */
const LIMIT = 16 * 1024 * 1024;

/** Knows the host profiles that settings name. What was read is kept until something tells that it has changed. */
export class Hosts {
  /** Called each time a profile was read. */
  onRead: (file: string, read: HostFile) => void = () => {};
  readonly #byFile = new Map<string, Promise<HostFile>>();
  readonly #joined = new WeakMap<Settings, Settings>();

  /**
   * Settings with the host of a profile, where it can be read. The same answer for the same settings and profile.
   * @param named a path, or the name of a reference profile. A file of that name wins.
   * @param folder where the path begins.
   */
  async under(settings: Settings, named: string, folder: string | undefined): Promise<Settings> {
    const file = folder === undefined ? named : path.resolve(folder, named);
    const { host } = await this.#read(file, named);
    if (!host) return settings;
    const known = this.#joined.get(settings);
    if (known?.host === host) return known;
    const joined = { ...settings, host };
    this.#joined.set(settings, joined);
    return joined;
  }

  /** Reads a profile anew when it is next asked for. */
  forget(file: string): void {
    this.#byFile.delete(file);
  }

  forgetAll(): void {
    this.#byFile.clear();
  }

  #read(file: string, named: string): Promise<HostFile> {
    const known = this.#byFile.get(file);
    if (known) return known;
    const reading = readHostFile(file, named).then((read) => {
      if (this.#byFile.get(file) === reading) this.onRead(file, read);
      return read;
    });
    this.#byFile.set(file, reading);
    return reading;
  }
}

async function readHostFile(file: string, named: string): Promise<HostFile> {
  const read = (await readText(file)) ?? (await readText(referenceProfile(named)));
  const text = read?.text ?? '';
  const none = { text, host: undefined, problems: [] };
  if (!read) return { ...none, trouble: 'there is no such file, and no reference profile has that name' };
  if (read.trouble !== undefined) return { ...none, trouble: read.trouble };
  const host = loadHost(text);
  if (host) return { text, host, problems: [], trouble: undefined };
  // Loaded only here: the schema library takes a good part of the start.
  const { readProfile } = await import('../host/read.ts');
  const result = readProfile(text);
  return { ...none, problems: 'problems' in result ? result.problems : [], trouble: undefined };
}

/** Undefined where there is no such file. */
async function readText(file: string | undefined): Promise<{ text?: string; trouble?: string } | undefined> {
  if (file === undefined) return undefined;
  try {
    const stats = await fs.stat(file);
    if (!stats.isFile()) return undefined;
    if (stats.size > LIMIT) return { trouble: 'it is larger than any host profile' };
    return { text: (await fs.readFile(file, 'utf8')).replace(/^\uFEFF/, '') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : { trouble: message };
  }
}
