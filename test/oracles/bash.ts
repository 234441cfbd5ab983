import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { findProgram, isRoot, runProgram, withScratch } from './process.ts';

/** A QEMU that a script started: its name without folders, and what the shell handed to it. */
export interface RecordedCommand {
  readonly program: string;
  readonly args: readonly string[];
}

export interface Recording {
  /** `unavailable` where there is no bash; `timeout` where the script had to be ended. What was recorded counts. */
  readonly verdict: 'finished' | 'timeout' | 'unavailable';
  readonly commands: readonly RecordedCommand[];
  /** What the script and the shell said on standard error. */
  readonly message: string;
}

/** Commands that start another: their stubs go on with the first word that is a command here. */
const PREFIXES =
  'sudo doas pkexec env numactl taskset chrt nice ionice nohup setsid stdbuf timeout time systemd-run systemd-inhibit ' +
  'cgexec prlimit unshare runuser su strace catchsegv gamemoderun chpst trickle firejail xvfb-run';

/** Real programs that only compute. Every other command does nothing and succeeds. */
const HARMLESS =
  'bash sh cat cut tr head tail sed awk grep egrep fgrep sort uniq wc seq basename dirname expr date uname nproc tac rev ' +
  'paste fold nl comm join printf echo test [ true false readlink realpath getconf numfmt stat xargs tee';

/** A script's whole environment, beside its folders: the same for every user who asks. */
const ENVIRONMENT = { LC_ALL: 'C.UTF-8', TERM: 'dumb', USER: 'user', LOGNAME: 'user', SHELL: '/bin/bash' };

/** nobody, on every Linux: a script that root is asked about shall not write where root may. */
const NOBODY = { uid: 65534, gid: 65534 };

export const available = (): boolean => findProgram('bash') !== undefined;

/**
 * Runs a shell script and records what it hands to every QEMU it starts. No QEMU runs, and no command of the script
 * reaches the machine: see `neutralise` and `buildStubs`. Redirections do as far as the user may write: root asks as
 * nobody, any other user should ask only about scripts that they trust.
 */
export async function recordScript(script: string, timeoutMs = 5_000): Promise<Recording> {
  const bash = findProgram('bash');
  if (bash === undefined) return { verdict: 'unavailable', commands: [], message: 'no bash on this machine' };
  return withScratch(async (folder) => {
    const bin = join(folder, 'bin');
    const records = join(folder, 'records');
    const home = join(folder, 'home');
    for (const path of [bin, records, home]) mkdirSync(path);
    buildStubs(bash, bin, records);
    const file = join(folder, 'script');
    writeFileSync(file, neutralise(script, bin));
    chmodSync(folder, 0o755);
    if (isRoot()) for (const path of [records, home]) chownSync(path, NOBODY.uid, NOBODY.gid);
    const run = await runProgram(bash, ['--noprofile', '--norc', file], {
      cwd: home,
      timeoutMs,
      env: { ...ENVIRONMENT, PATH: bin, HOME: home, TMPDIR: home, BASH_ENV: join(bin, '.prelude') },
      ...(isRoot() ? { identity: NOBODY } : {}),
    });
    return {
      verdict: run.timedOut ? 'timeout' : 'finished',
      commands: readRecords(records),
      message: run.stderr.trim(),
    };
  });
}

/** What the shell really passes to QEMU, one list of arguments for each start; empty where there is no bash. */
export async function recordArguments(script: string): Promise<string[][]> {
  const { commands } = await recordScript(script);
  return commands.map(({ args }) => [...args]);
}

/**
 * Fills the folder that is the script's whole PATH: recorders in QEMU's place, prefixes that pass on, links to harmless
 * programs. Any other command is taken by a handler that succeeds without a word, so that `set -e` does not end early.
 */
function buildStubs(bash: string, bin: string, records: string): void {
  const install = (name: string, body: string) => {
    writeFileSync(join(bin, name), `#!${bash}\n${body}`, { mode: 0o755 });
  };
  for (const name of HARMLESS.split(' ')) {
    const real = findProgram(name);
    if (real !== undefined) symlinkSync(real, join(bin, name));
  }
  // One file per start, named by the time, so that the order of the starts is the order of the names.
  const recorder = `printf '%s\\0' "\${0##*/}" "$@" > "${records}/$EPOCHREALTIME.$$"\n`;
  for (const name of ARCHITECTURES.map((architecture) => `qemu-system-${architecture}`))
    install(name, recorder);
  install('qemu-kvm', recorder);
  install('kvm', recorder);
  const prefix =
    'while [ $# -gt 0 ]; do case $1 in *=*) ;; *) hash "$1" 2>/dev/null && exec "$@" ;; esac; shift; done\n';
  for (const name of PREFIXES.split(' ')) install(name, prefix);
  install('which', 'type -P "$@"\n');
  install('id', 'echo 0\n');
  writeFileSync(join(bin, '.prelude'), 'command_not_found_handle() { return 0; }\n');
}

const ARCHITECTURES = (
  'x86_64 i386 aarch64 arm riscv64 riscv32 ppc64 ppc s390x loongarch64 mips mipsel mips64 mips64el sparc sparc64 m68k ' +
  'alpha hppa sh4 sh4eb xtensa xtensaeb microblaze microblazeel or1k avr rx tricore cris nios2'
).split(' ');

/**
 * The textual replacements that make a script ask the stubs, and only them:
 *   - a QEMU named with a folder (/usr/bin/qemu-system-x86_64, $DIR/bin/kvm, ./qemu-system-arm) -> the stub's path
 *   - another program named by an absolute path, where a command may stand (/sbin/modprobe, "/usr/bin/taskset") -> its name
 *   - an assignment to PATH -> one to another name, or the real programs would be found again
 *   - $UID and $EUID -> 0, as Bash does not let them be set and many scripts insist on root
 */
export function neutralise(script: string, bin: string): string {
  return script
    .replace(QEMU_WITH_FOLDER, (path, name: string) =>
      name === 'kvm' && !path.endsWith('/bin/kvm') ? path : `${bin}/${name}`,
    )
    .replace(/(^|[\s"'`;|&(])\/(?:usr\/)?(?:local\/)?s?bin\/([\w.+-]+)(?=$|[\s"'`;|&)])/gm, '$1$2')
    .replace(/(^|[\s;&|(])PATH=/gm, '$1IGNORED_PATH=')
    .replace(/\$(?:E?UID\b|\{E?UID\})/g, '0');
}

/** The folders in front may be words, variables, quoted words or a command substitution; `:-/usr…` starts at the slash. */
const QEMU_WITH_FOLDER = new RegExp(
  '(?<![\\w{)])(?:"[^"\\s]*"|\\$\\([^()]*\\)|\\$\\w+|\\$\\{\\w+\\}|~|[\\w.+][\\w.+-]*)?' +
    '(?:/(?:\\$\\w+|\\$\\{\\w+\\}|[\\w.+-]+))*' +
    '/(qemu-system-\\w+|qemu-kvm|kvm)(?=$|[\\s"\';|&()<>}])',
  'gm',
);

function readRecords(folder: string): RecordedCommand[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const [program, ...args] = readFileSync(join(folder, name), 'utf8').split('\0').slice(0, -1);
      return { program: program!, args };
    });
}
