import * as fs from 'node:fs';
import * as path from 'node:path';
import { rules } from '../generated/rules.ts';
import type { Config, ConfigProblem, NamedHost } from '../service/config.ts';
import { globMatcher } from '../service/globs.ts';
import { type Settings, withChoices } from '../service/settings.ts';

/** The name under which a project keeps its settings, in the folder that they are for. */
export const PROJECT_FILE = 'virtlens.json';

/** Nobody writes that much by hand; whatever it is, it is not worth the memory. */
const LIMIT = 1024 * 1024;

type Matcher = (relative: string) => boolean;

/** A virtlens.json as it was read. While anything in it is wrong, nothing of it counts. */
export class ProjectFile {
  readonly path: string;
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
  readonly #config: Config | undefined;
  readonly #ignores: Matcher;
  readonly #hosts: readonly { readonly meets: Matcher; readonly host: NamedHost }[];
  #joined: { readonly client: Settings; readonly settings: Settings } | undefined;

  constructor(
    file: string,
    text: string,
    parsed: { config: Config } | { problems: readonly ConfigProblem[] },
  ) {
    this.path = file;
    this.text = text;
    this.problems = 'problems' in parsed ? parsed.problems : [];
    this.#config = 'config' in parsed ? parsed.config : undefined;
    this.#ignores = globMatcher(this.#config?.ignore ?? []);
    this.#hosts = (this.#config?.hosts ?? []).map(({ glob, host }) => ({ meets: globMatcher([glob]), host }));
  }

  /** The folder that it is for, and from which its paths begin. */
  get folder(): string {
    return path.dirname(this.path);
  }

  /** The client's settings with those of the project, which count for more. The same answer for the same settings. */
  settingsOver(client: Settings): Settings {
    if (!this.#config) return client;
    if (this.#joined?.client !== client) {
      this.#joined = { client, settings: withChoices(client, this.#config.choices) };
    }
    return this.#joined.settings;
  }

  /** All host profiles that it names. */
  get hosts(): readonly NamedHost[] {
    const { host, hosts = [] } = this.#config ?? {};
    return [...(host ? [host] : []), ...hosts.map((some) => some.host)];
  }

  /** The host profile that it names for a file. */
  hostOf(file: string): NamedHost | undefined {
    const relative = this.#pathOf(file);
    const own = this.#hosts.find(({ meets }) => relative !== undefined && meets(relative));
    return own?.host ?? this.#config?.host;
  }

  /** Whether it leaves a file out. */
  ignores(file: string): boolean {
    const relative = this.#pathOf(file);
    return relative !== undefined && this.#ignores(relative);
  }

  /** As globs see a file; undefined for one that is not below its folder, which no glob meets. */
  #pathOf(file: string): string | undefined {
    const relative = path.relative(this.folder, file);
    const isOutside = relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
    return isOutside ? undefined : relative.replaceAll(path.sep, '/');
  }
}

/** Reads the virtlens.json of a folder; undefined where it has none. Whatever is wrong with it becomes a problem. */
export async function readProjectFile(folder: string): Promise<ProjectFile | undefined> {
  const file = path.join(folder, PROJECT_FILE);
  const read = await readText(file);
  if (!read) return undefined;
  if ('text' in read) return parseProject(file, read.text);
  const problem = { at: { start: 0, end: 0 }, message: `This file ${read.trouble}` };
  return new ProjectFile(file, '', { problems: [problem] });
}

/** The text of a virtlens.json, read. */
export async function parseProject(file: string, text: string): Promise<ProjectFile> {
  // Loaded only here: the schema library takes a good part of the start, and most projects have no such file.
  const { parseConfig } = await import('../service/config.ts');
  const names = rules.map(({ name }) => name);
  return new ProjectFile(file, text, parseConfig(text, names));
}

async function readText(file: string): Promise<{ text: string } | { trouble: string } | undefined> {
  try {
    // Most folders have none: that is known at once.
    const stats = fs.statSync(file, { throwIfNoEntry: false });
    // A pipe of that name would be waited for.
    if (!stats?.isFile()) return undefined;
    if (stats.size > LIMIT) return { trouble: 'is larger than 1 MB: no settings are read from it.' };
    const text = await fs.promises.readFile(file, 'utf8');
    // Editors do not count the byte order mark.
    return { text: text.replace(/^\uFEFF/, '') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return { trouble: `cannot be read: ${message}` };
  }
}
