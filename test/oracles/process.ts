import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/** What an oracle says. `unavailable` means that nobody was asked, because the machine lacks the program. */
export type Verdict = 'accepted' | 'refused' | 'timeout' | 'unavailable';

/** A verdict with the program's own words: for a refusal the message, for an acceptance its warnings. */
export interface Answer {
  readonly verdict: Verdict;
  readonly message: string;
}

export const unavailable = (message: string): Answer => ({ verdict: 'unavailable', message });

export interface RunOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly cwd?: string;
  readonly env?: Record<string, string | undefined>;
  /** The user and group to run as; only root may say so. */
  readonly identity?: { readonly uid: number; readonly gid: number };
}

export interface Finished {
  /** The exit status; null where the program was ended by a signal or could not be started. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/**
 * Runs a program to its end, without a shell. It gets a process group of its own, so that a timeout also ends what
 * it left in the background. Never rejects: a program that cannot be started has status null and the reason in `stderr`.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: true,
      stdio: 'pipe',
      ...options.identity,
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    let timedOut = false;
    const endGroup = () => {
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // The group is gone already, or the program was never started.
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup();
    }, options.timeoutMs ?? 20_000);
    let linger: NodeJS.Timeout | undefined;
    const finish = (status: number | null, extra = '') => {
      clearTimeout(timer);
      clearTimeout(linger);
      resolve({
        status,
        timedOut,
        stdout: Buffer.concat(output).toString(),
        stderr: Buffer.concat(errors).toString() + extra,
      });
    };
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.stdin.on('error', () => undefined); // it may end before it has read its input
    child.on('error', (error) => finish(null, error.message));
    // What a script leaves in the background holds the pipes open, and "close" would wait for it without end.
    child.on('exit', () => {
      linger = setTimeout(endGroup, 1_000);
    });
    child.on('close', (status) => finish(status));
    child.stdin.end(options.input ?? '');
  });
}

/** The path of a program in PATH or in the administrator's folders, which a user's PATH often lacks; undefined if none. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const candidates = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name));
  return candidates.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs `use` with a new temporary folder, which is removed afterwards, whatever happens. */
export async function withScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'virtlens-oracle-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder that outlives the run, for what is dear to make: `${XDG_CACHE_HOME:-~/.cache}/virtlens-oracle/NAME`. */
export function cacheFolder(name: string): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(base, 'virtlens-oracle', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

export const isRoot = (): boolean => process.getuid?.() === 0;
