import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { rules } from '../generated/rules.ts';
import type { Config, ConfigProblem } from '../service/config.ts';
import { type Settings, withChoices } from '../service/settings.ts';

/** The name under which a project keeps its settings, in the folder that they are for. */
export const PROJECT_FILE = 'virtlens.json';

/** Nobody writes that much by hand; whatever it is, it is not worth the memory. */
const LIMIT = 1024 * 1024;

/** A virtlens.json as it was read. While anything in it is wrong, nothing of it counts. */
export class ProjectFile {
  readonly path: string;
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
  readonly #config: Config | undefined;
  readonly #ignores: (relative: string) => boolean;
  #joined: { readonly client: Settings; readonly settings: Settings } | undefined;

  constructor(
    file: string,
    text: string,
    parsed: { config: Config } | { problems: readonly ConfigProblem[] },
    ignores: (relative: string) => boolean,
  ) {
    this.path = file;
    this.text = text;
    this.problems = 'problems' in parsed ? parsed.problems : [];
    this.#config = 'config' in parsed ? parsed.config : undefined;
    this.#ignores = ignores;
  }

  /** The client's settings with those of the project, which count for more. The same answer for the same settings. */
  settingsOver(client: Settings): Settings {
    if (!this.#config) return client;
    if (this.#joined?.client !== client) {
      this.#joined = { client, settings: withChoices(client, this.#config.choices) };
    }
    return this.#joined.settings;
  }

  /** The host profile of its guests, and the folder from which a path to it begins. */
  get host(): { profile: string; folder: string } | undefined {
    const host = this.#config?.host;
    return host && { profile: host.profile, folder: path.dirname(this.path) };
  }

  /** Whether a file in or below its folder is left out. */
  ignores(file: string): boolean {
    return this.#ignores(path.relative(path.dirname(this.path), file).replaceAll(path.sep, '/'));
  }
}

/** Reads the virtlens.json of a folder; undefined where it has none. Whatever is wrong with it becomes a problem. */
export async function readProjectFile(folder: string): Promise<ProjectFile | undefined> {
  const file = path.join(folder, PROJECT_FILE);
  const read = await readText(file);
  if (!read) return undefined;
  if ('trouble' in read) {
    const problem = { at: { start: 0, end: 0 }, message: `This file ${read.trouble}` };
    return new ProjectFile(file, '', { problems: [problem] }, () => false);
  }
  // Loaded only here: the schema library takes a good part of the start, and most projects have no such file.
  const { parseConfig, ignoreMatcher } = await import('../service/config.ts');
  const parsed = parseConfig(
    read.text,
    rules.map(({ name }) => name),
  );
  const ignores = ignoreMatcher('config' in parsed ? parsed.config.ignore : []);
  return new ProjectFile(file, read.text, parsed, ignores);
}

async function readText(file: string): Promise<{ text: string } | { trouble: string } | undefined> {
  try {
    const stats = await fs.stat(file);
    // A pipe of that name would be waited for.
    if (!stats.isFile()) return undefined;
    if (stats.size > LIMIT) return { trouble: 'is larger than 1 MB: no settings are read from it.' };
    const text = await fs.readFile(file, 'utf8');
    // Editors do not count the byte order mark.
    return { text: text.replace(/^\uFEFF/, '') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return { trouble: `cannot be read: ${message}` };
  }
}
