// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scripts are full of them
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offerRefactorings } from '../../server/src/service/refactor/offer.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import { read } from '../lib/refactor.ts';
import { hasBash, runInBash } from './qemuScript.ts';

/** What Bash hands to QEMU must be the same after every refactoring that claims so, whatever stands on the line. */

const value = fc.constantFrom(
  '4G',
  '"a b"',
  "'a,$b'",
  'a\\ b',
  '$A',
  '"$B"',
  '$B',
  '"${x[@]}"',
  '${C:=d e}',
  '$((N++))',
  "$'t\\tb'",
  '$(echo x  y)',
  '~/disk',
  '{1,2}',
  '""',
);
const option = fc.oneof(
  value.map((each) => `-name ${each}`),
  value.map((each) => `-device e1000e,id=${each}`),
  fc.constantFrom('4', '2,sockets=2', '"4"').map((each) => `-smp ${each}`),
  fc.constantFrom('-nographic', '-m 4G', '"$@"', '"${x[@]}"', '$B', '-object iothread,id=io0'),
);
const blank = fc.constantFrom(' ', '  ', ' \\\n  ', '\t\\\n\t');
const options = fc
  .array(fc.tuple(option, blank), { minLength: 2, maxLength: 5 })
  .map((all) => all.map(([each, after], i) => (i < all.length - 1 ? each + after : each)).join(''));
const command = fc
  .tuple(options, fc.constantFrom('', ' 2>/dev/null', ' &', ' | cat'))
  .map(([all, end]) => `qemu-system-x86_64 ${all}${end}${end === ' &' ? '\nwait' : ''}`);
const statement = fc.oneof(
  { weight: 4, arbitrary: command },
  options.map((all) => `args=(${all.replaceAll('\\\n', '\n')})\nqemu-system-x86_64 "\${args[@]}"`),
  command.map((each) => `if [ "$A" ]; then\n  ${each}\nfi`),
  command.map((each) => `vm() {\n\t${each}\n}\nvm one "t w o"`),
  command.map((each) => `true && ${each}`),
  command.map((each) => `for i in 1 2; do\n  ${each}\ndone`),
);
const scripts = statement.map((each) => `A=a0 B="b c" C= N=1\nx=(1 "2 3")\nset -- p "q r"\n${each}\n`);

function changed(text: string): string[] {
  const analysis = read(text, { dialect: 'qemu' });
  const texts = new Set<string>();
  for (const match of text.matchAll(/(?<=[\s(])-[a-z]|(?<=[ =])4/g)) {
    for (const { title, edits } of offerRefactorings(analysis, { start: match.index, end: match.index })) {
      if (/^(?:Put|Extract) /.test(title)) texts.add(applyEdits(text, edits));
    }
  }
  return [...texts];
}

describe.skipIf(!hasBash)('refactorings of scripts against Bash', () => {
  it('change no argument', () => {
    const pairs = fc
      .sample(scripts, { numRuns: 120, seed: 4711 })
      .flatMap((text) => changed(text).map((after) => [text, after] as const));
    expect(pairs.length).toBeGreaterThan(100);
    const before = runInBash(pairs.map(([text]) => text));
    const after = runInBash(pairs.map(([, text]) => text));
    for (const [i, [text, then]] of pairs.entries())
      expect(after[i], `${text}\n=>\n${then}`).toEqual(before[i]);
  });
});
