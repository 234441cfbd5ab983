// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scripts are full of them
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentsIn, hasBash, runInBash, variantsIn } from './qemuScript.ts';

/** Scripts of one path whose every value is known: what we compute must be what Bash passes, word for word. */

const scalar = fc.constantFrom('A', 'B', 'C');
const array = fc.constantFrom('x', 'y');
const plain = fc.stringMatching(/^[-a-c0-3=,.:/_]{1,6}$/);
const quoted = fc.oneof(
  plain,
  plain.map((text) => `'${text} ${text}'`),
  plain.map((text) => `"${text}\\"x"`),
  plain.map((text) => `${text}\\ z`),
  plain.map((text) => `$'${text}\\t\\'q'`),
  fc.constant("''"),
);
const operation = fc.constantFrom(
  ':-dflt',
  '-dflt',
  ':-"d e"',
  ':+alt',
  '#*a',
  '##*a',
  '%b*',
  '%%[bc]*',
  '/a/X',
  '//a/X',
  '//[0-1]',
  '/#a/X',
  '/%c/X',
  '^^',
  ',,',
  '^',
  ':1:2',
  ':1',
  ': -2',
);
/** Expansions that come to one argument, or to the words of one text. */
const single = fc.oneof(
  scalar.map((name) => `\${${name}}`),
  scalar.map((name) => `"$${name}"`),
  scalar.map((name) => `"\${${name}}"`),
  fc.tuple(scalar, operation).map(([name, op]) => `\${${name}${op}}`),
  fc.tuple(scalar, operation).map(([name, op]) => `"\${${name}${op}}"`),
  scalar.map((name) => `\${#${name}}`),
  array.map((name) => `"\${${name}[*]}"`),
  array.map((name) => `"\${${name}[0]}"`),
  array.map((name) => `\${#${name}[@]}`),
  fc.constantFrom('"$*"', '$#', '$1', '"${2:-none}"'),
  fc.constantFrom('$((1 + 2 * 3))', '$((N++))', '$((N * 2 - 1))', '"$((N > 2 ? 10 : 20))"'),
);
const list = fc.oneof(
  array.map((name) => `"\${${name}[@]}"`),
  array.map((name) => `\${${name}[@]}`),
  array.map((name) => `"\${${name}[@]:1}"`),
  array.map((name) => `"\${${name}[@]/a/Z}"`),
  array.map((name) => `\${${name}[@]+"\${${name}[@]}"}`),
  fc.constantFrom('"$@"', '$*', '"${@:2}"'),
);
const expansion = fc.oneof({ weight: 3, arbitrary: single }, { weight: 2, arbitrary: list });
/** Words whose value is one expansion, and words in which expansions are glued to others. */
const simpleWord = fc.oneof(
  quoted,
  expansion,
  scalar.map((name) => `$${name}`),
);
const gluedWord = fc.oneof(
  fc.tuple(plain, expansion).map(([a, b]) => a + b),
  fc.tuple(expansion, plain).map(([a, b]) => a + b),
  fc.tuple(expansion, single).map(([a, b]) => a + b),
);

function grammar(word: fc.Arbitrary<string>) {
  const words = fc.array(word, { maxLength: 3 }).map((all) => all.join(' '));
  const assignment = fc.oneof(
    fc.tuple(scalar, fc.oneof(quoted, expansion)).map(([name, value]) => `${name}=${value}`),
    fc.tuple(scalar, fc.oneof(quoted, expansion)).map(([name, value]) => `${name}+=${value}`),
    fc.tuple(scalar, plain).map(([name, text]) => `${name}="$${name} ${text}"`),
    fc.tuple(scalar, expansion).map(([name, value]) => `${name}="-m ${value.replaceAll('"', '')} x"`),
    fc.tuple(array, words).map(([name, all]) => `${name}=(${all})`),
    fc.tuple(array, words).map(([name, all]) => `${name}+=(${all})`),
    fc.tuple(array, word).map(([name, value]) => `${name}=("\${${name}[@]}" ${value})`),
    words.map((all) => `set -- ${all}`),
    words.map((all) => `set -- "$@" ${all}`),
    fc.constantFrom('shift', 'shift 2', 'N=$((N + 1))', '((N += 2))', 'unset C', ': ${C:=def}'),
  );
  const loop = fc
    .tuple(fc.array(plain, { minLength: 1, maxLength: 3 }), array)
    .map(([all, name]) => `for i in ${all.join(' ')}; do ${name}+=(-d "id=$i"); B="$B $i"; done`);
  const call = fc
    .tuple(words, assignment)
    .map(([all, body]) => `f() { local A=in"$1"; ${body}; B+="$A"; }; f ${all}`);
  const statement: fc.Arbitrary<string> = fc.oneof(
    { weight: 6, arbitrary: assignment },
    { weight: 1, arbitrary: loop },
    { weight: 1, arbitrary: fc.constant('for i in {1..3}; do C+=$i; [ ]; done') },
    { weight: 1, arbitrary: call },
    { weight: 1, arbitrary: assignment.map((body) => `( ${body} )`) },
    { weight: 1, arbitrary: assignment.map((body) => `{ ${body}; }`) },
  );
  return { words, assignment, statement };
}

const prologue = 'A=a0 B="b c" C= N=1\nx=(1 "2 3") y=()\nset -- p "q r"';
const scriptOf = (statements: readonly string[], words: string) =>
  [prologue, ...statements, `qemu-system-x86_64 -m ${words}`].join('\n');

describe.skipIf(!hasBash)('evaluated arguments against Bash', () => {
  it('are the same where everything is known', () => {
    const { statement, words } = grammar(fc.oneof(simpleWord, gluedWord));
    const script = fc.tuple(fc.array(statement, { maxLength: 5 }), words).map((parts) => scriptOf(...parts));
    const scripts = fc.sample(script, { numRuns: 800, seed: 20260 });
    const recorded = runInBash(scripts);
    expect(recorded.length).toBe(scripts.length);
    for (const [i, text] of scripts.entries()) {
      expect([argumentsIn(text)], text).toEqual(recorded[i]);
    }
  });

  it('are among the variants where the script branches', () => {
    const { statement, assignment, words } = grammar(simpleWord);
    const condition = fc.constantFrom('true', 'false', '[ "$A" = a0 ]', '[ -n "$C" ]', '! true');
    const branch = fc.oneof(
      fc.tuple(condition, assignment, assignment).map(([c, a, b]) => `if ${c}; then ${a}; else ${b}; fi`),
      fc.tuple(condition, assignment).map(([c, a]) => `if ${c}; then ${a}; fi`),
      fc.tuple(condition, assignment).map(([c, a]) => `${c} && ${a}`),
      fc.tuple(condition, assignment).map(([c, a]) => `${c} || { ${a}; }`),
      fc.tuple(assignment, assignment).map(([a, b]) => `case $A in a*) ${a};; b|c) ${b};; esac`),
      fc.tuple(condition, assignment).map(([c, a]) => `while ${c}; do ${a}; break; done`),
      fc.tuple(condition, assignment).map(([c, a]) => `for i in 1 2; do ${c} && continue; ${a}; done`),
      fc.tuple(condition, assignment).map(([c, a]) => `f() { ${c} && return; ${a}; }; f "$@"`),
    );
    const script = fc
      .tuple(fc.array(fc.oneof(branch, statement), { minLength: 1, maxLength: 5 }), words)
      .map((parts) => scriptOf(...parts));
    const scripts = fc.sample(script, { numRuns: 600, seed: 78 });
    const recorded = runInBash(scripts);
    for (const [i, text] of scripts.entries()) {
      const [variants = []] = variantsIn(text);
      const actual = recorded[i]![0]!;
      const found = variants.some((variant) => covers(variant, actual));
      expect(found, `${text}\n${JSON.stringify(actual)}\n${JSON.stringify(variants)}`).toBe(true);
    }
  });
});

/**
 * Whether arguments with `?` for unknown text and `…` for any number of arguments can be the given ones. Unknown
 * text that is not quoted may bring blanks, and with them further arguments.
 */
function covers(variant: readonly string[], actual: readonly string[]): boolean {
  const [first, ...rest] = variant;
  if (first === undefined) return actual.length === 0;
  if (first.startsWith('…')) return [...actual, ''].some((_, i) => covers(rest, actual.slice(i)));
  if (!first.includes('?')) return first === actual[0] && covers(rest, actual.slice(1));
  const pieces = first.split('?').map((text) => text.replace(/[.*+^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${pieces.join('[\\s\\S]*')}$`);
  return actual.some(
    (_, i) => pattern.test(actual.slice(0, i + 1).join(' ')) && covers(rest, actual.slice(i + 1)),
  );
}
