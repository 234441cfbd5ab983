import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Problem, systemMessage } from './problem.ts';

/** A file to be read. */
export interface Input {
  /** As the user gave it, or joined to the folder as the user gave it; with `/`. */
  readonly path: string;
  /** Where the system finds it; undefined for standard input. */
  readonly file: string | undefined;
  /** Whether the user named the file itself. */
  readonly named: boolean;
}

/** The path that stands for standard input. */
const STANDARD_INPUT = '-';

/**
 * Lists the files that paths stand for, each once, in the order of the paths and sorted within a folder.
 */
export function discover(paths: readonly string[]): { inputs: Input[]; problems: Problem[] } {
  const found = new Map<string, Input>();
  const problems: Problem[] = [];
  for (const given of paths) {
    if (given === STANDARD_INPUT) {
      found.set(given, { path: given, file: undefined, named: true });
    } else if (isFolder(given)) {
      for (const relative of filesIn(given, problems)) {
        const file = path.resolve(given, relative);
        if (found.has(file)) continue;
        found.set(file, { path: joinShown(given, relative), file, named: false });
      }
    } else {
      const file = path.resolve(given);
      found.set(file, { path: withSlashes(given), file, named: true });
    }
  }
  return { inputs: [...found.values()], problems };
}

/** Where not even that can be told, reading the file will say why. */
function isFolder(file: string): boolean {
  try {
    return fs.statSync(file).isDirectory();
  } catch {
    return false;
  }
}

const withSlashes = (file: string): string => file.replaceAll(path.sep, '/');

/** `guests/` and `vm.xml` make `guests/vm.xml`; the current folder adds nothing. */
function joinShown(folder: string, relative: string): string {
  const shown = withSlashes(folder).replace(/\/+$/, '');
  if (shown === '.') return relative;
  return `${shown}/${relative}`;
}

/**
 * Paths of the regular files below a folder, relative to it and with `/`. A symbolic link to a file counts, unless
 * that file is found anyway; links to folders are not followed, so no loop of them can catch us.
 */
function filesIn(folder: string, problems: Problem[]): string[] {
  const files: string[] = [];
  const links: string[] = [];
  const visit = (relative: string): void => {
    const entry = lstat(path.join(folder, relative));
    if (entry?.isFile()) files.push(relative);
    else if (entry?.isSymbolicLink()) links.push(relative);
    else if (entry?.isDirectory()) for (const name of childrenOf(folder, relative, problems)) visit(name);
  };
  for (const name of childrenOf(folder, '', problems)) visit(name);
  if (links.length > 0) {
    const real = fs.realpathSync(folder);
    const known = new Set(files.map((file) => path.join(real, file)));
    for (const link of links) {
      const target = targetOf(path.join(folder, link));
      if (target === undefined || known.has(target)) continue;
      known.add(target);
      files.push(link);
    }
  }
  return files.sort();
}

/** undefined for a file that is gone: git lists what was deleted but not yet committed. */
function lstat(file: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(file);
  } catch {
    return undefined;
  }
}

/** The regular file that a link leads to; undefined where it leads nowhere, to a folder or to a device. */
function targetOf(link: string): string | undefined {
  try {
    const target = fs.realpathSync(link);
    return fs.statSync(target).isFile() ? target : undefined;
  } catch {
    return undefined;
  }
}

/** What a folder holds: with git, all files below it that git does not ignore; without, its entries. */
function childrenOf(root: string, relative: string, problems: Problem[]): string[] {
  const folder = path.join(root, relative);
  const prefix = relative === '' ? '' : `${relative}/`;
  // Below the root, git has been asked already, except in a repository inside of it.
  const askGit = relative === '' || fs.existsSync(path.join(folder, '.git'));
  const listed = askGit ? gitFiles(folder) : undefined;
  try {
    const names =
      listed ?? fs.readdirSync(folder).filter((name) => name !== '.git' && name !== 'node_modules');
    return names.map((name) => prefix + name);
  } catch (error) {
    const shown = joinShown(root, relative).replace(/\/$/, '');
    problems.push({ path: shown, kind: 'unreadable', message: `cannot be read: ${systemMessage(error)}` });
    return [];
  }
}

/**
 * Files below a folder that git tracks or would offer to; a repository inside of it is one entry. Undefined where
 * git is not there, the folder is not in a work tree, or git ignores the folder as such: then the user wants it read
 * nevertheless.
 */
function gitFiles(folder: string): string[] | undefined {
  const files = git(folder, 'ls-files', '--cached', '--others', '--exclude-standard', '-z');
  if (files === undefined) return undefined;
  if (files === '' && git(folder, 'check-ignore', '--quiet', '.') !== undefined) return undefined;
  const names = files.split('\0').filter((name) => name !== '');
  return [...new Set(names.map((name) => name.replace(/\/$/, '')))];
}

/** What git prints; undefined where it is missing or refuses. */
function git(folder: string, ...args: string[]): string | undefined {
  // Not imported at the top: loading it would cost every run several milliseconds, and few read a folder.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  // A file system monitor is a program that a repository may name: nothing is run on a repository's word.
  const run = spawnSync('git', ['-c', 'core.fsmonitor=false', ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: Number.POSITIVE_INFINITY,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return run.status === 0 ? run.stdout : undefined;
}
