import { spawnSync } from 'node:child_process';
import { locate } from '../../server/src/dialects/qemu/locate.ts';
import { UNKNOWN, Word } from '../../server/src/dialects/qemu/word.ts';
import type { Range } from '../../server/src/text/span.ts';

/** The variants of each command of a script, as texts; `?` for what is not known, `…why` for an opening. */
export function variantsIn(script: string): string[][][] {
  return locate('file:///guest.sh', script).commands.map(({ variants }) =>
    variants.map(({ words }) =>
      words.map((word) => (word instanceof Word ? word.text.replaceAll(UNKNOWN, '?') : `…${word.why}`)),
    ),
  );
}

/** The arguments of the only command of a script, which is reached in one way only. */
export function argumentsIn(script: string): string[] {
  const commands = variantsIn(script);
  if (commands.length !== 1 || commands[0]!.length !== 1) {
    throw new Error(`one command in one variant expected: ${JSON.stringify(commands)}`);
  }
  return commands[0]![0]!;
}

/** The words of the only command, in its first variant. */
export function wordsIn(script: string): Word[] {
  return locate('file:///guest.sh', script).commands[0]!.variants[0]!.words.filter(
    (word) => word instanceof Word,
  );
}

export const slice = (text: string, { start, end }: Range): string => text.slice(start, end);

export const hasBash = spawnSync('bash', ['-c', 'exit 0']).status === 0;

/** Takes the place of QEMU: prints its name and its arguments, each ended by NUL. */
const STUB = ['qemu-system-x86_64', 'qemu-kvm']
  .map((name) => `${name}() { printf '%s\\0' '<${name}>' "$@"; }`)
  .join('\n');

/**
 * Runs scripts in the real Bash, each in a shell of its own, with a stub in QEMU's place.
 * @returns for each script the arguments of every call, in order.
 */
export function runInBash(scripts: readonly string[]): string[][][] {
  const all = scripts.map((script) => `(\n${script}\n)\nprintf '\\001'`).join('\n');
  const { stdout, error } = spawnSync('bash', ['--norc', '-f'], {
    input: `${STUB}\n${all}\n`,
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (error) throw error;
  const outputs = stdout.split('\x01').slice(0, -1);
  return outputs.map((output) => {
    const calls: string[][] = [];
    for (const argument of output.split('\0').slice(0, -1)) {
      if (/^<qemu-[\w-]+>$/.test(argument)) calls.push([]);
      else calls.at(-1)!.push(argument);
    }
    return calls;
  });
}

/** A seeded source of numbers in [0, 1), for damage that can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
