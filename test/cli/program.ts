import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { bundlePrograms } from '../../scripts/lib/bundles.mjs';

/** What a run of the program left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string | Buffer;
  readonly env?: Record<string, string>;
  /** A folder below the test's own to run in. */
  readonly in?: string;
}

/** The command line tool as it is shipped, installed in a temporary place, with a folder of its own for each test. */
export class Program {
  /** The package: dist/cli.js, and docs/rules beside it. */
  readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-cli-')));
  readonly bundle = path.join(this.root, 'dist', 'cli.js');
  /** Where it keeps what the engine compiled. */
  readonly caches = path.join(this.root, 'caches');
  folder = '';

  /** Bundles the sources as scripts/build.mjs does, but not over a dist/ that others may be using. */
  async install(): Promise<void> {
    await bundlePrograms(path.dirname(this.bundle));
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true });
  }

  /** Starts with an empty folder, which is where the program runs. */
  enterFolder(): void {
    this.folder = fs.mkdtempSync(path.join(this.root, 'folder-'));
  }

  /** Runs `virtlens` with arguments in the current folder. */
  run(args: readonly string[], options: RunOptions = {}): Outcome {
    const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.bundle, ...args], {
      cwd: this.path(options.in ?? '.'),
      input: options.stdin ?? '',
      env: { ...inherited, XDG_CACHE_HOME: this.caches, ...options.env },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    return { code: status, stdout, stderr };
  }

  /** `virtlens check --format json` and what it printed. */
  check(args: readonly string[], options?: RunOptions): Outcome & { report: JsonReport } {
    const outcome = this.run(['check', '--format', 'json', ...args], options);
    return { ...outcome, report: JSON.parse(outcome.stdout) };
  }

  path(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  /** Writes a file below the current folder, with the folders that lead to it. */
  write(name: string, content: string | Buffer): void {
    fs.mkdirSync(path.dirname(this.path(name)), { recursive: true });
    fs.writeFileSync(this.path(name), content);
  }

  read(name: string): string {
    return fs.readFileSync(this.path(name), 'utf8');
  }

  git(...args: string[]): void {
    const { status, stderr } = spawnSync('git', args, { cwd: this.folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  }
}

/** The parts of the JSON report that tests look at; its exact shape is checked in jsonReport.test.ts. */
export interface JsonReport {
  readonly files: readonly {
    readonly path: string;
    readonly suppressed: number;
    readonly findings: readonly {
      readonly rule: string;
      readonly severity: string;
      readonly range: { readonly start: { readonly line: number; readonly column: number } };
    }[];
  }[];
  readonly problems: readonly { readonly path: string; readonly kind: string; readonly message: string }[];
  readonly summary: { readonly files: number; readonly errors: number; readonly warnings: number };
}

export const pathsOf = (report: JsonReport): string[] => report.files.map((file) => file.path);

export const kindsOf = (report: JsonReport): string[] =>
  report.problems.map(({ path: file, kind }) => `${file} ${kind}`);

/**
 * A domain with which nothing is wrong, or with guest nodes that both claim all its vCPUs. It is for Arm, so that
 * rules about the caches of x86 have nothing to add.
 */
export function domain({ overlap = false, comment = '' } = {}): string {
  return `<domain type='kvm'>
  <name>demo</name>
  <memory unit='GiB'>2</memory>
  <vcpu>${overlap ? 2 : 4}</vcpu>
  <os>
    <type arch='aarch64' machine='virt'>hvm</type>
  </os>
${comment}  <cpu mode='host-model'>
    <numa>
      <cell id='0' cpus='0-1' memory='1' unit='GiB'/>
      <cell id='1' cpus='${overlap ? '0-1' : '2-3'}' memory='1' unit='GiB'/>
    </numa>
  </cpu>
</domain>
`;
}

/** A comment that suppresses nothing: its removal is a safe fix. */
export const UNUSED = '  <!-- virtlens-ignore memory-backend-unused: none left -->\n';
