import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Script } from 'node:vm';

/** What is kept: the engine's code, and what the program had done by then. What it never did is not compiled. */
export interface Kept {
  readonly code: Buffer;
  readonly done: ReadonlySet<string>;
}

/**
 * What the engine compiled of one build of a program, kept for its next start: reading it takes a tenth of the time of
 * compiling anew. Node.js 22 can do the same (`module.enableCompileCache`), those before it cannot. It is code, and many
 * who run virtual machines are root: it lies in the user's own folder, and only what nobody else can write is used.
 */
export class CompiledCode {
  readonly #file: string | undefined;
  readonly #build: string;

  /**
   * @param program its name
   * @param build what names its text: another text needs other code, which the engine itself tells by the length only
   * @param folder where it is kept; undefined where nothing may be kept
   */
  constructor(program: string, build: string, folder: string | undefined) {
    const engine = `${process.version}-${process.arch}`;
    this.#file = folder && path.join(folder, `${program}-${engine}.bin`);
    this.#build = build;
  }

  /** Undefined where nothing is kept, or what is kept belongs to another build or may be somebody else's. */
  read(): Kept | undefined {
    try {
      const content = this.#file === undefined ? undefined : readOwn(this.#file);
      if (!content) return undefined;
      const end = content.indexOf('\n');
      const [build, ...done] = content.toString('latin1', 0, end).split(' ');
      return build === this.#build ? { code: content.subarray(end + 1), done: new Set(done) } : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Keeps what the engine has compiled of a program by now. Without a place for it, every start compiles anew.
   * @param done what the program has done, in words without blanks
   */
  write(script: Script, done: ReadonlySet<string>): void {
    if (this.#file === undefined) return;
    const next = `${this.#file}.${process.pid}`;
    try {
      fs.mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
      const head = Buffer.from(`${[this.#build, ...done].join(' ')}\n`, 'latin1');
      fs.writeFileSync(next, Buffer.concat([head, script.createCachedData()]), { mode: 0o600, flag: 'wx' });
      fs.renameSync(next, this.#file);
    } catch {
      removeIfThere(next);
    }
  }
}

function removeIfThere(file: string): void {
  try {
    fs.rmSync(file);
  } catch {
    // It could not even be made.
  }
}

/** The content of a file that only this user can have written. @throws what the file system says */
function readOwn(file: string): Buffer | undefined {
  const descriptor = fs.openSync(file, 'r');
  try {
    const { uid, mode } = fs.fstatSync(descriptor);
    // Windows has no such numbers, and keeps what lies in a user's folder from the others.
    const isOwn = process.geteuid === undefined || (uid === process.geteuid() && (mode & 0o022) === 0);
    return isOwn ? fs.readFileSync(descriptor) : undefined;
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * The folder for what programs keep of their own accord, as the systems have it; undefined where the user wants none,
 * by the variable that Node.js reads for the same thing.
 */
export function cacheFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  return path.join(cachesOf(env, platform), 'virtlens');
}

function cachesOf(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  const home = os.homedir();
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches');
  if (platform === 'win32') return env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local');
  const named = env.XDG_CACHE_HOME;
  return named !== undefined && path.isAbsolute(named) ? named : path.join(home, '.cache');
}
