import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locate, locateArgv } from '../../server/src/dialects/qemu/locate.ts';
import { Word } from '../../server/src/dialects/qemu/word.ts';
import { seeded } from './qemuScript.ts';
import { REAL_SCRIPTS } from './realScripts.ts';

function check(text: string): void {
  const fail = (what: string): never => {
    throw new Error(`${what} in ${JSON.stringify(text)}`);
  };
  const inside = ({ start, end }: { start: number; end: number }) => {
    if (!(0 <= start && start <= end && end <= text.length)) fail(`range ${start}-${end}`);
  };
  const { commands, comments, repairedRegions } = locate('', text);
  for (const { range } of comments) inside(range);
  for (const region of repairedRegions) inside(region);
  for (const { range, words, command, prefixes, brokenContinuations } of commands.flatMap(
    (c) => c.variants,
  )) {
    inside(range);
    for (const broken of brokenContinuations) {
      inside(broken.range);
      inside(broken.lost);
    }
    for (const word of [command, ...prefixes.flatMap((prefix) => prefix.words), ...words]) {
      inside(word.range);
      if (!(word instanceof Word)) continue;
      for (const { text: known, exact, source, at, via } of word.pieces) {
        inside(source);
        inside(at);
        for (const { definition } of via) inside(definition);
        if (exact && text.slice(source.start, source.end) !== known) fail(`piece ${JSON.stringify(known)}`);
      }
    }
  }
}

const PIECES = [
  ...[
    'qemu-kvm ',
    '-m ',
    '4',
    '"',
    "'",
    '`',
    '$A',
    '"${A[@]}"',
    '${A:-',
    '}',
    '$(',
    ')',
    '$((',
    '))',
    'A=',
    'A+=',
    'A=(',
  ],
  ...[
    '\\',
    '\n',
    '\\\n',
    '\\ \n',
    '\r\n',
    ' ',
    '#',
    ';',
    '&',
    '|',
    'if a; then ',
    'fi',
    'for A in ',
    'do ',
    'done',
  ],
  ...[
    'f() { ',
    '; }',
    'f ',
    'local ',
    'set -- ',
    'shift',
    'case $A in a) ',
    ';;',
    'esac',
    '[1]',
    'unset A',
    '{1..3}',
  ],
  ...[
    'A',
    '*',
    '-S ',
    'IFS=,',
    ',',
    '%%',
    '##',
    '/',
    '^^',
    ':1',
    'break',
    'return',
    'exit',
    '$@',
    '$1',
    '((A++))',
    '\0',
  ],
];

describe('any script', () => {
  it('is read, with every place inside it', () => {
    const script = fc.array(fc.constantFrom(...PIECES), { maxLength: 50 }).map((list) => list.join(''));
    fc.assert(
      fc.property(fc.oneof(script, fc.string()), (text) => check(`${text}\nqemu-kvm $A "$A" "\${A[@]}"`)),
      { numRuns: 3000, seed: 8 },
    );
  });

  it('is read with damage done to it', () => {
    const random = seeded(3);
    for (let round = 0; round < 400; round++) {
      let text = REAL_SCRIPTS[round % REAL_SCRIPTS.length]!;
      const at = Math.floor(random() * text.length);
      const piece = PIECES[Math.floor(random() * PIECES.length)]!;
      text = text.slice(0, at) + piece + text.slice(at + Math.floor(random() * 10));
      check(text);
    }
  });

  it('of the usual manners has its commands found', () => {
    expect(
      REAL_SCRIPTS.map((text) => locate('', text).commands.map(({ variants }) => variants.length)),
    ).toEqual([[2], [2], [1, 1, 1]]);
  });

  it('costs about ten times as much when it is ten times as long', () => {
    const commands = (script: string) => locate('', script).commands.length;
    const [first] = REAL_SCRIPTS;
    const script = first!.replace('exec ', '');
    expect(commands(script.repeat(10))).toBe(10 * commands(script));
  });
});

describe('any command line', () => {
  it('is read', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (list) => {
        const text = ['qemu-kvm', ...list].join('\0');
        const words = locateArgv('', text).commands[0]!.variants[0]!.words;
        expect(words.map((word) => (word instanceof Word ? word.text : ''))).toEqual(
          text.split('\0').slice(1, text.endsWith('\0') ? -1 : undefined),
        );
      }),
    );
  });
});
