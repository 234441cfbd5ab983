// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scripts are full of them
import { describe, expect, it } from 'vitest';
import { locate } from '../../server/src/dialects/qemu/locate.ts';
import { Word } from '../../server/src/dialects/qemu/word.ts';
import { slice, wordsIn } from './qemuScript.ts';

/** Of every argument its range, and of each piece `text @ where it is seen < where it stands`. */
function placesIn(script: string): string[] {
  const show = (range: { start: number; end: number }) => slice(script, range);
  return wordsIn(script).map((word) => {
    const pieces = word.pieces.map(
      ({ text, at, source }) => `${text ?? '?'} @ ${show(at)} < ${show(source)}`,
    );
    return `${show(word.range)} = ${pieces.join(' | ')}`;
  });
}

const viasIn = (script: string): string[][] =>
  wordsIn(script).map(({ pieces }) =>
    pieces.flatMap(({ via }) =>
      via.map(({ name, definition, uses, loop }) =>
        [name, slice(script, definition), uses, ...(loop === undefined ? [] : [`loop ${loop}`])].join(' '),
      ),
    ),
  );

describe('the places of a piece', () => {
  it('are the literal itself where it stands in the command', () => {
    expect(placesIn(`qemu-kvm -m "4G" a\\,b'c'`)).toEqual([
      '-m = -m @ -m < -m',
      '"4G" = 4G @ 4G < 4G',
      "a\\,b'c' = a @ a < a | , @ \\, < \\, | b @ b < b | c @ c < c",
    ]);
  });

  it('are the variable and its value where the variable is an argument or a part of one', () => {
    expect(placesIn('M=4\nN="$M"G\nqemu-kvm -m $M id=$M "${N}"')).toEqual([
      '-m = -m @ -m < -m',
      '$M = 4 @ $M < 4',
      'id=$M = id= @ id= < id= | 4 @ $M < 4',
      '"${N}" = 4 @ ${N} < 4 | G @ ${N} < G',
    ]);
    expect(placesIn('qemu-kvm ${CPU:-host}')).toEqual(['${CPU:-host} = host @ ${CPU:-host} < host']);
  });

  it('are in the definition where the variable is a list of arguments', () => {
    expect(placesIn('M=4\nO="-m $M -S"\nqemu-kvm $O')).toEqual([
      '-m = -m @ -m < -m',
      '$M = 4 @ $M < 4',
      '-S = -S @ -S < -S',
    ]);
    expect(placesIn('O="-m 4"\nO="$O -S"\nqemu-kvm $O')).toEqual([
      '-m = -m @ -m < -m',
      '4 = 4 @ 4 < 4',
      '-S = -S @ -S < -S',
    ]);
    expect(placesIn('a=(-m "4G" id=$X)\nb=("${a[@]}")\nqemu-kvm "${b[@]}"')).toEqual([
      '-m = -m @ -m < -m',
      '"4G" = 4G @ 4G < 4G',
      'id=$X = id= @ id= < id= | ? @ $X < $X',
    ]);
    expect(placesIn('f() { qemu-kvm "$@"; }\nf -m "a b"')).toEqual([
      '-m = -m @ -m < -m',
      '"a b" = a b @ a b < a b',
    ]);
  });

  it('are the expression where something is computed', () => {
    const script = 'P=/a/b\nqemu-kvm "${P##*/}" $((1 + 1)) "$X"';
    expect(placesIn(script)).toEqual([
      '"${P##*/}" = b @ ${P##*/} < ${P##*/}',
      '$((1 + 1)) = 2 @ $((1 + 1)) < $((1 + 1))',
      '"$X" = ? @ $X < $X',
    ]);
    expect(wordsIn(script).map(({ pieces }) => pieces[0]!.exact)).toEqual([false, false, false]);
  });

  it('of an opening are the expansion', () => {
    const script = 'a=(-S $EXTRA)\nqemu-kvm "${a[@]}" $OPTS "$@" $(more)';
    const { words } = locate('', script).commands[0]!.variants[0]!;
    const openings = words.filter((word) => !(word instanceof Word)).map(({ range }) => slice(script, range));
    expect(openings).toEqual(['$EXTRA', '$OPTS', '"$@"', '$(more)']);
  });

  it('tell how the characters are quoted', () => {
    expect(
      wordsIn(`A="a 'b'"\nqemu-kvm x"y"'z'$'w' "$A"`).map(({ pieces }) => pieces.map((p) => p.quoting)),
    ).toEqual([['bare', 'double', 'single', 'single'], ['double']]);
  });
});

describe('the variables of a piece', () => {
  it('are told outermost first, with their uses', () => {
    const script =
      'M=4\nN=$M\nqemu-kvm $N x\necho "$N ${N}" # $N\ncat <<E\n$M\nE\ny=$(a $M) z=\'$M\' w=\\$M $((M))';
    expect(viasIn(script)).toEqual([['N $M 3', 'M 4 4'], []]);
  });

  it('do not count what only makes them longer', () => {
    expect(viasIn('O="-m 4"\nO="$O -S"\nqemu-kvm $O')).toEqual([
      ['O "-m 4" 1'],
      ['O "-m 4" 1'],
      ['O "$O -S" 1'],
    ]);
    expect(viasIn('a=(-m)\na=("${a[@]}" 4)\na+=(-S)\nqemu-kvm "${a[@]}"')).toEqual([
      ['a -m 1'],
      ['a 4 1'],
      ['a -S 1'],
    ]);
  });

  it('of loops and functions are marked', () => {
    expect(viasIn('for i in 1 2; do a+=(id=$i); done\nqemu-kvm "${a[@]}"')).toEqual([
      ['a id=$i 1 loop 0', 'a id=$i 1 loop 0', 'i 1 1 loop 0'],
      ['a id=$i 1 loop 1', 'a id=$i 1 loop 1', 'i 2 1 loop 1'],
    ]);
    expect(viasIn('f() { qemu-kvm "$1" "$@"; }\nf x')).toEqual([['1 x 1 loop 0'], ['@ x 1 loop 0']]);
  });

  it('share the object of their definition', () => {
    const [word] = wordsIn('N=1\nO="a$N,b"\nqemu-kvm "$O"');
    const definitions = new Set(word!.pieces.map(({ via }) => via[0]!.definition));
    expect(definitions.size).toBe(1);
  });
});
