import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Analysis, analyze } from '../../server/src/service/analyze.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';

/**
 * Test data that is not part of the project: other projects' files, real programs' answers. A clone elsewhere has
 * none of it; its tests are then skipped, and counted.
 */
const shared = path.resolve(import.meta.dirname, '..', '..', '..', 'shared');

const folder = (variable: string, name: string): string => process.env[variable] ?? path.join(shared, name);

export const corpus = folder('VIRTLENS_CORPUS', 'corpus');
export const article = folder('VIRTLENS_ARTICLE', 'article');
export const design = folder('VIRTLENS_DESIGN', 'design');
/** What QEMUs answered about themselves over QMP, as it was asked for once. */
export const rawCatalogues = folder('VIRTLENS_CATALOGUE', 'catalogue');

export const isThere = (...parts: string[]): boolean => fs.existsSync(path.join(...parts));

export interface SharedFile {
  readonly name: string;
  readonly text: string;
}

/** The files of a folder; none where it is not there. */
export function filesIn(...parts: string[]): SharedFile[] {
  const at = path.join(...parts);
  if (!fs.existsSync(at)) return [];
  return fs
    .readdirSync(at)
    .sort()
    .map((name) => ({ name, text: fs.readFileSync(path.join(at, name), 'utf8') }));
}

/** Rows of a table with a heading line, each by the names of its columns; none where it is not there. */
export function rowsOf(...parts: string[]): Record<string, string>[] {
  const file = path.join(...parts);
  if (!fs.existsSync(file)) return [];
  const [head, ...lines] = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
  const names = head!.split('\t');
  return lines.map((line) => Object.fromEntries(line.split('\t').map((cell, i) => [names[i]!, cell])));
}

/** The analysis of a file, undefined where it is none of our business. */
export const analyzeText = (name: string, text: string): Analysis | undefined =>
  analyze({ uri: name, text }, DEFAULT_SETTINGS);
