import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { Host } from '../host/host.ts';
import { loadHost } from '../host/load.ts';
import type { ProfileProblem } from '../host/read.ts';
import type { Settings } from '../service/settings.ts';
import { referenceProfile } from './referenceProfiles.ts';

/** A host profile as it was read. One with problems is as good as none. */
export interface HostFile {
  /** Where the text came from, or was looked for. */
  readonly path: string;
  /** The name of the reference profile that it is. */
  readonly reference: string | undefined;
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
  readonly #mayRead: (file: string) => boolean;

  /**
   * @param mayRead whether a file is read that settings name: one that nobody trusts could name a file of another
   * machine, whose name alone is a reason to connect to it.
   */
  constructor(mayRead: (file: string) => boolean) {
    this.#mayRead = mayRead;
  }

  /**
   * The profile that settings name, as it was read last.
   * @param named a path, or the name of a reference profile. A file of that name wins.
   * @param folder where the path begins.
   */
  read(named: string, folder: string | undefined): Promise<HostFile> {
    const file = folder === undefined ? named : path.resolve(folder, named);
    const known = this.#byFile.get(file);
    if (known) return known;
    const reading = this.#readNamed(file, named).then((read) => {
      if (this.#byFile.get(file) === reading) this.onRead(file, read);
      return read;
    });
    this.#byFile.set(file, reading);
    return reading;
  }

  /** The same for one that cannot be read, and undefined for all others: they are not read before somebody needs them. */
  async findMissing(named: string, folder: string): Promise<HostFile | undefined> {
    const file = path.resolve(folder, named);
    const isThere =
      (this.#mayRead(file) && (await isReadable(file))) || referenceProfile(named) !== undefined;
    if (isThere) return undefined;
    const read = await this.read(named, folder);
    return read.trouble === undefined ? undefined : read;
  }

  /** Settings with a host. The same answer for the same settings and host. */
  join(settings: Settings, host: Host): Settings {
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

  async #readNamed(file: string, named: string): Promise<HostFile> {
    const isAllowed = this.#mayRead(file);
    const read = (isAllowed ? await readHostFile(file) : undefined) ?? (await readReference(named));
    if (read) return read;
    return { ...unread(file), trouble: isAllowed ? NOWHERE : OUTSIDE };
  }
}

const NOWHERE = 'there is no such file, and no reference profile has that name';
const OUTSIDE = 'it is outside of the workspace, which is not trusted';

/** Reads the profile in a file, whatever was read of it before. Undefined where there is no such file. */
export const readHostFile = (file: string): Promise<HostFile | undefined> => readFrom(file, undefined);

/** The same for a reference profile. */
export async function readReference(name: string): Promise<HostFile | undefined> {
  const file = referenceProfile(name);
  return file === undefined ? undefined : readFrom(file, name);
}

async function readFrom(file: string, reference: string | undefined): Promise<HostFile | undefined> {
  const read = await readText(file);
  if (!read) return undefined;
  const { text = '', trouble } = read;
  const none = { ...unread(file), reference, text, trouble };
  if (trouble !== undefined) return none;
  const host = loadHost(text);
  if (host) return { ...none, host };
  // Loaded only here: the schema library takes a good part of the start.
  const { readProfile } = await import('../host/read.ts');
  const result = readProfile(text);
  return { ...none, problems: 'problems' in result ? result.problems : [] };
}

const unread = (file: string): HostFile => ({
  path: file,
  reference: undefined,
  text: '',
  host: undefined,
  problems: [],
  trouble: undefined,
});

async function isReadable(file: string): Promise<boolean> {
  try {
    await fs.access(file, fs.constants.R_OK);
    const stats = await fs.stat(file);
    return stats.isFile() && stats.size <= LIMIT;
  } catch {
    return false;
  }
}

/** Undefined where there is no such file. */
async function readText(file: string): Promise<{ text?: string; trouble?: string } | undefined> {
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
