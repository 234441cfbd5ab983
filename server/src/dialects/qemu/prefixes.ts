import type { Field } from './evaluate/fields.ts';
import { UNKNOWN } from './word.ts';

/** How a command that starts another one reads its own arguments. */
interface PrefixSyntax {
  /** Letters of the short options that take an argument. */
  readonly short?: string;
  /** Long options that take one, when no `=` brings it. */
  readonly long?: readonly string[];
  /** Arguments of its own before the command: the duration of `timeout`, the mask of `taskset`. */
  readonly operands?: number;
  /** `NAME=value` may stand before the command. */
  readonly assigns?: boolean;
  /** The command begins only after this option. */
  readonly after?: string;
  /** Letters of the options with which no command is started. */
  readonly inert?: string;
}

/** From the manual pages of coreutils, util-linux, numactl, sudo, systemd, libcgroup, GDB and the others named. */
const PREFIXES: Readonly<Record<string, PrefixSyntax>> = {
  catchsegv: {},
  cgexec: { short: 'g' },
  chroot: { operands: 1 },
  chrt: { short: 'TPD', long: ['sched-runtime', 'sched-period', 'sched-deadline'], operands: 1 },
  command: { inert: 'vV' },
  doas: { short: 'aCu' },
  env: { short: 'aCSu', long: ['argv0', 'chdir', 'split-string', 'unset'], assigns: true },
  exec: { short: 'a' },
  firejail: {},
  gamemoderun: {},
  gdb: { after: 'args' },
  ionice: { short: 'cnpPu', long: ['class', 'classdata', 'pid', 'pgid', 'uid'] },
  nice: { short: 'n', long: ['adjustment'] },
  nohup: {},
  nsenter: { short: 'tSG', long: ['target', 'setuid', 'setgid'] },
  numactl: {
    short: 'iwpPcNCmSfoLMI',
    long: [
      'interleave',
      'weighted-interleave',
      'preferred',
      'preferred-many',
      'cpubind',
      'cpunodebind',
      'physcpubind',
      'membind',
      'shm',
      'file',
      'offset',
      'length',
      'shmmode',
      'shmid',
    ],
  },
  optirun: {},
  pkexec: { long: ['user'] },
  'prime-run': {},
  primusrun: {},
  prlimit: { short: 'po', long: ['pid', 'output'] },
  setsid: {},
  stdbuf: { short: 'ioe', long: ['input', 'output', 'error'] },
  strace: { short: 'abeEIoOpPsSuUX' },
  sudo: {
    short: 'CDghpRrtTuU',
    long: [
      'close-from',
      'chdir',
      'group',
      'host',
      'prompt',
      'chroot',
      'role',
      'type',
      'command-timeout',
      'user',
      'other-user',
    ],
    assigns: true,
  },
  'systemd-run': {
    short: 'HMCupE',
    long: [
      'host',
      'machine',
      'capsule',
      'unit',
      'property',
      'description',
      'slice',
      'service-type',
      'uid',
      'gid',
      'nice',
      'working-directory',
      'setenv',
      'on-active',
      'on-boot',
      'on-startup',
      'on-unit-active',
      'on-unit-inactive',
      'on-calendar',
      'timer-property',
      'path-property',
      'socket-property',
      'background',
    ],
  },
  taskset: { operands: 1 },
  time: { short: 'fo', long: ['format', 'output'] },
  unshare: { short: 'RwSG', long: ['root', 'wd', 'setuid', 'setgid', 'propagation', 'setgroups'] },
  valgrind: {},
  'xvfb-run': {
    short: 'efnpsw',
    long: ['error-file', 'auth-file', 'server-num', 'xauth-protocol', 'server-args', 'wait'],
  },
  timeout: { short: 'ks', long: ['kill-after', 'signal'], operands: 1 },
};

export const isPrefix = (name: string): boolean => Object.hasOwn(PREFIXES, name);

/**
 * Skips the arguments of a prefix.
 * @param at where the first of them stands among the fields.
 * @param isProgram tells an unknown argument that is the command from one that is the prefix's own.
 * @returns where the command stands that the prefix starts; undefined where it starts none.
 */
export function commandAfter(
  name: string,
  fields: readonly Field[],
  at: number,
  isProgram: (field: Field) => boolean,
): number | undefined {
  const syntax = PREFIXES[name]!;
  if (syntax.after) {
    const marker = fields.findIndex(
      (field, i) => i >= at && textIn(field)?.replace(/^--?/, '') === syntax.after,
    );
    return marker < 0 ? undefined : marker + 1;
  }
  let i = at;
  let operands = syntax.operands ?? 0;
  let options = true;
  while (i < fields.length && !isProgram(fields[i]!)) {
    const text = textIn(fields[i]!);
    if (options && text === '--') {
      options = false;
      i++;
    } else if (options && text?.startsWith('-') && text !== '-') {
      if (syntax.inert && isShortWith(text, syntax.inert)) return undefined;
      i += takesArgument(text, syntax) ? 2 : 1;
    } else if (fields[i]!.kind === 'opening') {
      // `taskset $MASK`: most likely the operand that is due.
      operands = Math.max(0, operands - 1);
      i++;
    } else if (syntax.assigns && text && /^[A-Za-z_]\w*=/.test(text)) i++;
    else if (operands > 0) {
      operands--;
      i++;
    } else break;
  }
  return i < fields.length ? i : undefined;
}

const isShortWith = (text: string, letters: string): boolean =>
  !text.startsWith('--') && [...text.slice(1)].some((letter) => letters.includes(letter));

/** True where the argument of an option is the next word: `-u NAME`, `--user NAME`, but not `-uNAME`. */
function takesArgument(text: string, { short = '', long = [] }: PrefixSyntax): boolean {
  if (text.startsWith('--')) return long.includes(text.slice(2));
  const first = [...text.slice(1)].findIndex((letter) => short.includes(letter));
  return first >= 0 && first === text.length - 2;
}

/** What a field reads, with a mark for what is not known: `--membind=$NODE` is an option all the same. */
const textIn = (field: Field): string | undefined =>
  field.kind === 'word' ? field.fragments.map(({ text }) => text ?? UNKNOWN).join('') : undefined;
