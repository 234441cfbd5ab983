import * as fs from 'node:fs';
import * as path from 'node:path';
import { rules } from '../generated/rules.ts';
import { DEFAULT_SETTINGS, type Settings, withChoices } from '../service/settings.ts';
import { LineIndex } from '../text/lineIndex.ts';
import type { CheckOptions } from './arguments.ts';
import { readHost } from './hostFile.ts';
import { FileTrouble, type Problem } from './problem.ts';
import { type FileText, readNamed } from './read.ts';

/** Where the settings of a project stand, looked for in the current folder only. */
const DEFAULT_FILE = 'virtlens.json';

export interface Choices {
  readonly settings: Settings;
  /** What is wrong with the host profile; files are checked without it. */
  readonly problems: readonly Problem[];
  /** Tells of an absolute path in a checked folder whether it is left out. */
  ignored(file: string): boolean;
}

/** Joins the project's settings with those of the command line, which win. Returns what is wrong where they cannot be read. */
export async function readChoices(
  options: Pick<CheckOptions, 'config' | 'host' | 'preset' | 'target'>,
): Promise<Choices | { settings?: undefined; problems: readonly Problem[] }> {
  const file = options.config ?? (fs.existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  if (file === undefined) {
    return { ...(await withHost(DEFAULT_SETTINGS, options, undefined)), ignored: () => false };
  }
  const shown = file.replaceAll(path.sep, '/');
  let content: FileText;
  try {
    content = readNamed(file, false);
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    return { problems: [{ path: shown, kind: 'configuration', message: error.message }] };
  }
  // Loaded only here: the schema library takes a good part of the program's start.
  const { parseConfig, ignoreMatcher } = await import('../service/config.ts');
  const names = rules.map((rule) => rule.name);
  const parsed = parseConfig(content.text, names);
  if ('problems' in parsed) {
    const lines = new LineIndex(content.text);
    const problems = parsed.problems.map(({ at, message }): Problem => {
      const { line, character } = lines.positionAt(at.start);
      const place = { line: line + 1, column: character + 1 };
      return { path: shown, kind: 'configuration', message, at: place };
    });
    return { problems };
  }
  const folder = path.dirname(path.resolve(file));
  const matches = ignoreMatcher(parsed.config.ignore);
  const { choices, host } = parsed.config;
  const named = host && { profile: host.profile, folder };
  return {
    ...(await withHost(withChoices(DEFAULT_SETTINGS, choices), options, named)),
    ignored: (found) => {
      const relative = path.relative(folder, found);
      const outside = relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
      return !outside && matches(relative.replaceAll(path.sep, '/'));
    },
  };
}

/** Adds what the command line says, and the host; a profile that is wrong is as good as none. */
async function withHost(
  settings: Settings,
  { preset, target, host }: Pick<CheckOptions, 'host' | 'preset' | 'target'>,
  configured: { profile: string; folder: string } | undefined,
): Promise<{ settings: Settings; problems: readonly Problem[] }> {
  const chosen = withChoices(settings, { rules: {}, preset, target });
  const named = host === undefined ? configured : { profile: host, folder: '.' };
  if (!named) return { settings: chosen, problems: [] };
  const read = await readHost(named.profile, named.folder);
  if ('problems' in read) return { settings: chosen, problems: read.problems };
  return { settings: { ...chosen, host: read.host }, problems: [] };
}
