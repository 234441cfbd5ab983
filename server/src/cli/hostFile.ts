import * as path from 'node:path';
import type { Host } from '../host/host.ts';
import { loadHost } from '../host/load.ts';
import { PROFILE_SUFFIX } from '../lsp/messages.ts';
import { referenceNames, referenceProfile } from '../lsp/referenceProfiles.ts';
import { LineIndex } from '../text/lineIndex.ts';
import { FileTrouble, type Problem } from './problem.ts';
import { readNamed } from './read.ts';

/**
 * Reads a host profile.
 * @param named a path, or the name of a reference profile. A file of that name wins.
 * @param folder where the path begins.
 */
export async function readHost(
  named: string,
  folder = '.',
): Promise<{ host: Host } | { problems: Problem[] }> {
  const file = path.relative('.', path.resolve(folder, named)) || named;
  const shown = file.replaceAll(path.sep, '/');
  const problem = (message: string): { problems: Problem[] } => ({
    problems: [{ path: shown, kind: 'host-profile', message }],
  });
  let text: string;
  try {
    text = readNamed(file, false).text;
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    const reference = error.kind === 'missing' ? referenceProfile(named) : undefined;
    if (reference === undefined) return problem(error.kind === 'missing' ? noProfile(named) : error.message);
    text = readNamed(reference, false).text;
  }
  const host = loadHost(text);
  if (host) return { host };
  // Loaded only here: the schema library takes a good part of the program's start.
  const { readProfile } = await import('../host/read.ts');
  const read = readProfile(text);
  if ('host' in read) return read;
  const lines = new LineIndex(text);
  const problems = read.problems.map(({ at, message }): Problem => {
    const { line, character } = lines.positionAt(at.start);
    return { path: shown, kind: 'host-profile', message, at: { line: line + 1, column: character + 1 } };
  });
  return { problems };
}

function noProfile(named: string): string {
  if (named.endsWith(PROFILE_SUFFIX) || named.includes('/')) {
    return 'no such file: check the spelling, or make one with virtlens host capture';
  }
  return `no such file, and no reference profile has that name: there are ${referenceNames().join(', ')}`;
}
