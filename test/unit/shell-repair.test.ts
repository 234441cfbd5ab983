// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scripts are full of them
import { describe, expect, it } from 'vitest';
import { parseShell } from '../../server/src/syntax/shell/parse.ts';
import { seeded, slice } from './qemuScript.ts';
import { REAL_SCRIPTS } from './realScripts.ts';

/** The simple commands of a script as the texts of their assignments and words. */
const commandsIn = (script: string): string[][] =>
  parseShell(script).commands.map(({ assignments, words }) =>
    [...assignments, ...words].map(({ range }) => slice(script, range)),
  );

const regionsIn = (script: string): string[] =>
  parseShell(script).repairedRegions.map((range) => slice(script, range));

describe('half-typed scripts', () => {
  it('keep what follows an open double quote', () => {
    const script = 'q -object "memory,id=m0,host-no \\\n -numa node \\\n -smp 4\necho done\n';
    expect(commandsIn(script)).toEqual([
      ['q', '-object', '"memory,id=m0,host-no', '-numa', 'node', '-smp', '4'],
      ['echo', 'done'],
    ]);
    expect(regionsIn(script)).toEqual(['"memory,id=m0,host-no \\']);
    expect(parseShell(script).problems).toEqual([
      { range: { start: 10, end: 11 }, message: 'unterminated double quote' },
    ]);
  });

  it('find the open quote among the later ones', () => {
    const script = 'q -object "memory,id=m0 \\\n -numa "node" \\\n -smp 4\nX="a b"\n';
    expect(commandsIn(script)).toEqual([
      ['q', '-object', '"memory,id=m0', '-numa', '"node"', '-smp', '4'],
      ['X="a b"'],
    ]);
    const single = "q -object 'memory,id=a \\\n -smp 4\nL='x'\n";
    expect(commandsIn(single)).toEqual([['q', '-object', "'memory,id=a", '-smp', '4'], ["L='x'"]]);
  });

  it('find a single quote that an apostrophe in a comment closes', () => {
    const script = "q -object 'memory,id=a \\\n -smp 4\n# don't\necho done\n";
    expect(commandsIn(script)).toEqual([
      ['q', '-object', "'memory,id=a", '-smp', '4'],
      ['echo', 'done'],
    ]);
    expect(regionsIn(script)).toEqual(["'memory,id=a \\"]);
  });

  it('leave quotes alone that are meant to go on over lines', () => {
    const script = 'sh -c \'q -object memory \\\n -smp 4\'\nX="-m 4 \\\n -smp 2"\necho done\n';
    expect(parseShell(script).repairedRegions).toEqual([]);
    expect(commandsIn(script).length).toBe(3);
  });

  it('close parameter expansions, substitutions and arithmetic', () => {
    expect(commandsIn('q -m ${M -smp 4 \\\n -x\necho done')).toEqual([
      ['q', '-m', '${M', '-smp', '4', '-x'],
      ['echo', 'done'],
    ]);
    expect(commandsIn('q "path=${M,share=on" \\\n -x\n')).toEqual([['q', '"path=${M,share=on"', '-x']]);
    expect(commandsIn('q -m $(free -g \\\n -smp 4\necho done')).toEqual([
      ['q', '-m', '$(free -g', '-smp', '4'],
      ['echo', 'done'],
    ]);
    expect(commandsIn('x=$(( 1 +\nq 2\nif (( x > 3 ; then\n q 4\nfi\nq 5')).toEqual([
      ['x=$(( 1 +'],
      ['q', '2'],
      ['q', '4'],
      ['q', '5'],
    ]);
    expect(commandsIn('q `a b\nq 2')).toEqual([
      ['q', '`a b'],
      ['q', '2'],
    ]);
  });

  it('end an open array at a blank line or where the indentation ends', () => {
    const lines = ['args=(', '  -m 4', '  -object memory,id=m0', 'q "${args[@]}"'];
    const expected = [['args=(\n  -m 4\n  -object memory,id=m0'], ['q', '"${args[@]}"']];
    expect(commandsIn(lines.join('\n'))).toEqual(expected);
    expect(commandsIn([...lines.slice(0, 3), '', lines[3]].join('\n'))).toEqual(expected);
  });

  it('go on after a token that closes nothing', () => {
    expect(commandsIn('q 1 )\nfi\nq 2 ;; q 3\nif [[ a == b ; then\nq 5\nfi\nq 6')).toEqual([
      ['q', '1'],
      ['q', '2', 'q', '3'],
      ['q', '5'],
      ['q', '6'],
    ]);
  });

  it('read on below a here-document that nothing ends, without trusting it', () => {
    const script = 'cat <<EOF\nq 1\nq 2';
    expect(commandsIn(script)).toEqual([['cat'], ['q', '1'], ['q', '2']]);
    expect(regionsIn(script)).toEqual(['<<EOF\nq 1\nq 2']);
  });

  it('trust nothing on a line that the shell refuses', () => {
    expect(regionsIn('q 1\nq 2 ( 3\nq 4')).toEqual(['q 2 ( 3']);
    expect(regionsIn('a=(1 (2) 3)\nq 4')).toEqual(['a=(1 (2) 3)']);
    expect(regionsIn('if a; then\n b\n')).toEqual([]);
  });

  it('keep 96 % of their other words', () => {
    const random = seeded(4711);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const insertions = ["'", '"', '`', '$(', '${', '$((', '(', ')', '{', '}', 'a=(', '[[ ', '\\', ';;', '#'];
    let all = 0;
    let kept = 0;
    for (let round = 0; round < 600; round++) {
      const script = pick(REAL_SCRIPTS);
      const at = Math.floor(random() * script.length);
      const cut = random() < 0.5 ? Math.floor(random() * 20) : 0;
      const damaged = script.slice(0, at) + (cut > 0 ? '' : pick(insertions)) + script.slice(at + cut);
      const left = new Map<string, number>();
      for (const word of commandsIn(damaged).flat()) left.set(word, (left.get(word) ?? 0) + 1);
      // What stands on the damaged line itself is not asked for.
      const from = script.lastIndexOf('\n', at) + 1;
      const to = script.indexOf('\n', at + cut);
      for (const { assignments, words } of parseShell(script).commands) {
        for (const { range } of [...assignments, ...words]) {
          if (range.end >= from && range.start <= (to < 0 ? script.length : to)) continue;
          all++;
          const text = slice(script, range);
          const count = left.get(text) ?? 0;
          if (count === 0) continue;
          left.set(text, count - 1);
          kept++;
        }
      }
    }
    expect(kept / all).toBeGreaterThan(0.96);
  });
});
