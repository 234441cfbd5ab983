import fc from 'fast-check';
import { describe, it } from 'vitest';
import { parseShell } from '../../server/src/syntax/shell/parse.ts';
import type { ShellTree } from '../../server/src/syntax/shell/tree.ts';
import { seeded } from './qemuScript.ts';
import { REAL_SCRIPTS } from './realScripts.ts';

/** Text that is made of what shell syntax is made of. */
const tokens = fc
  .array(
    fc.constantFrom(
      ...[
        '"',
        "'",
        '`',
        '$(',
        ')',
        '${',
        '}',
        '$((',
        '))',
        '{ ',
        '; }',
        '\\',
        '\n',
        '\\\n',
        '\r\n',
        '\t',
        ' ',
        '#',
      ],
      ...[
        'if ',
        '; then ',
        'else ',
        'fi',
        'for i in ',
        '; do ',
        'done',
        'case x in ',
        ';;',
        'esac',
        'f() ',
        '<<E\n',
      ],
      ...[
        'a',
        '-b',
        'c=',
        'd=(',
        '+=',
        '[',
        ']',
        '[[ ',
        ' ]]',
        '@',
        '*',
        '?',
        '$x',
        '$@',
        ':-',
        '//',
        '|',
        '&',
        '\0',
        '\u{1f600}',
      ],
    ),
    { maxLength: 60 },
  )
  .map((list) => list.join(''));

/** Every range lies within the text and in order, and every literal run is what stands there. */
function check(text: string, tree: ShellTree): void {
  const fail = (what: string): never => {
    throw new Error(`${what} in ${JSON.stringify(text.slice(0, 200))}`);
  };
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const { start, end, kind, escaped, range, text: literal } = value as Record<string, unknown>;
    if (typeof start === 'number' && typeof end === 'number') {
      if (!(0 <= start && start <= end && end <= text.length)) fail(`range ${start}-${end}`);
    }
    if (kind === 'text' && escaped === false) {
      const place = range as { start: number; end: number };
      if (text.slice(place.start, place.end) !== literal) fail(`text ${JSON.stringify(literal)}`);
    }
    for (const child of Object.values(value)) visit(child);
  };
  visit(tree);
  for (const { words } of tree.commands) {
    for (const [i, word] of words.entries()) {
      if (i > 0 && words[i - 1]!.range.end > word.range.start) fail(`order of word ${i}`);
    }
  }
  for (const { message } of tree.problems) if (message.startsWith('not readable')) fail(message);
}

describe('any text', () => {
  it('is parsed, with every range inside it and in order', () => {
    fc.assert(
      fc.property(fc.oneof(tokens, fc.string({ unit: 'binary' })), (text) => check(text, parseShell(text))),
      { numRuns: 3000, seed: 5 },
    );
  });

  it('is parsed at every stage of its being typed', () => {
    for (const script of REAL_SCRIPTS) {
      for (let length = 0; length <= script.length; length += 3) {
        const text = script.slice(0, length);
        check(text, parseShell(text));
      }
    }
  });

  it('is parsed with characters lost', () => {
    const random = seeded(99);
    for (let round = 0; round < 400; round++) {
      let text = REAL_SCRIPTS[round % REAL_SCRIPTS.length]!;
      for (let i = 0; i < 3; i++) {
        const at = Math.floor(random() * text.length);
        text = text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 8));
      }
      check(text, parseShell(text));
    }
  });

  it('is parsed however deep it nests', () => {
    const openers = [
      '(',
      '$(',
      '{ ',
      '"$(',
      '`',
      '((',
      '$((',
      'a=(',
      'if a; then ',
      'f() { ',
      '! ',
      'a | ',
      '[[ (',
    ];
    const operands = [
      '${a:-',
      '"${a:-',
      'x=${a#',
      'case a in b) ',
      'while a; do ',
      'for i in 1; do ',
      '$(( 1 + ( ',
    ];
    for (const opener of [...openers, ...operands]) {
      const text = opener.repeat(20_000);
      check(text, parseShell(text));
    }
    const chain = `x=$((${'1+'.repeat(20_000)}1))`;
    check(chain, parseShell(chain));
  });
});
