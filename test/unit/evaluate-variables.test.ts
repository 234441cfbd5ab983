// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scripts are full of them
import { describe, expect, it } from 'vitest';
import { argumentsIn } from './qemuScript.ts';

/** The arguments in `words`, after the lines before it have been read. */
const evaluate = (before: string, words: string): string[] =>
  argumentsIn(`${before}\nqemu-system-x86_64 ${words}\n`);

describe('variables', () => {
  it('bring their value', () => {
    expect(evaluate('A=4G', '-m $A "$A" ${A}x x"$A"')).toEqual(['-m', '4G', '4G', '4Gx', 'x4G']);
    expect(evaluate('A=4; A+=G; export B=$A; declare -r C="$B"', '$B $C')).toEqual(['4G', '4G']);
    expect(evaluate('A=1 B=$A', '$B')).toEqual(['1']);
    expect(evaluate('A=1; B=2 true', '$A "$B"')).toEqual(['1', '?']);
  });

  it('are split into arguments where they are not quoted', () => {
    expect(evaluate('A="-m 4  -smp\n2"', '$A "$A"')).toEqual(['-m', '4', '-smp', '2', '-m 4  -smp\n2']);
    expect(evaluate('A=" b "', 'x$A"y" x"$A"y')).toEqual(['x', 'b', 'y', 'x b y']);
    expect(evaluate('A="-m 4"; A="$A -smp 2"; A+=" -S"', '$A')).toEqual(['-m', '4', '-smp', '2', '-S']);
    expect(evaluate('A="a,b c"; IFS=,', '$A')).toEqual(['…not-evaluated']);
    expect(evaluate('A=abc; IFS=,', '$A')).toEqual(['abc']);
    expect(evaluate('A="a b"; IFS=', '$A')).toEqual(['a b']);
  });

  it('vanish when they are empty, unless they are quoted', () => {
    expect(evaluate('A=; B=""', 'x $A $B y')).toEqual(['x', 'y']);
    expect(evaluate('A=', '"$A" \'\' ""')).toEqual(['', '', '']);
    expect(evaluate('A=1; unset A', 'x $A "$A" ${A:-d}')).toEqual(['x', '', 'd']);
  });

  it('have defaults', () => {
    expect(evaluate('', '${V:-4G} "${V-a b}" ${W:=x} $W')).toEqual(['4G', 'a b', 'x', 'x']);
    expect(evaluate('V=; W=w', '${V:-4G} x${V-4G} ${W:-no} ${W:+yes}${V:+no}')).toEqual([
      '4G',
      'x',
      'w',
      'yes',
    ]);
    expect(evaluate('A="${A:-1 2}"', '$A')).toEqual(['1', '2']);
    expect(evaluate('', '"${1:-first}" ${2:-"a b"} ${X:?none}')).toEqual(['first', 'a b', '…environment']);
    expect(evaluate('V=$(free)', '"${V:-4G}"')).toEqual(['?']);
  });

  it('are changed by literal operations', () => {
    expect(evaluate('P=/a/b.c.d', '${P##*/} ${P%/*} ${P%.*} ${P%%.*} ${P#/}')).toEqual([
      'b.c.d',
      '/a',
      '/a/b.c',
      '/a/b',
      'a/b.c.d',
    ]);
    expect(evaluate('P=a-b-c', '${P/-/+} ${P//-/,} ${P//-} ${P/#a/x} ${P/%c/x} ${P//[ab]/_}')).toEqual([
      'a+b-c',
      'a,b,c',
      'abc',
      'x-b-c',
      'a-b-x',
      '_-_-c',
    ]);
    expect(evaluate('P=aBc', '${P^^} ${P,,} ${P^} ${#P} ${P:1} ${P:1:1} ${P: -1} ${P:0:-1}')).toEqual([
      'ABC',
      'abc',
      'ABc',
      '3',
      'Bc',
      'B',
      'c',
      'aB',
    ]);
    expect(evaluate('P="a,b"', '${P//,/ }')).toEqual(['a', 'b']);
    expect(evaluate('P=a; Q=b', '"${P#$Q}" "${P@Q}" "${!P}" "${P//a/&&}"')).toEqual(['?', '?', '?', '?']);
  });

  it('are computed with', () => {
    expect(
      evaluate('N=3', '$((N * 2 + 1)) $((1 << 4)) $(( (7 / 2) % 2 )) $((2**10)) $((010 + 0x10 + 2#11))'),
    ).toEqual(['7', '16', '1', '1024', '27']);
    expect(evaluate('N=1; ((N += 2)); let M=N', '$N $((N++)) $N "$M" $((-N))')).toEqual([
      '3',
      '3',
      '4',
      '?',
      '-4',
    ]);
    expect(evaluate('N=$(nproc)', '"$((N / 2))" $((1 / 0)) $((a ? b : c))')).toEqual([
      '?',
      '…malformed',
      '…environment',
    ]);
  });

  it('that are not known are said to be so, with the reason', () => {
    expect(evaluate('A=$(free)', '$A "$A" x$A $(b) `c` "$(d)"')).toEqual([
      '…command-substitution',
      '?',
      'x?',
      '…command-substitution',
      '…command-substitution',
      '?',
    ]);
    expect(evaluate('', '$EXTRA "$HOME/x" -m$X "$1" $2 "$@"')).toEqual([
      '…environment',
      '?/x',
      '-m?',
      '?',
      '…positional',
      '…positional',
    ]);
    expect(
      evaluate('read -r -p name A B; mapfile -t L < f; printf -v P %s x', '"$A$B" "${L[@]}" "$P"'),
    ).toEqual(['??', '…not-evaluated', '?']);
    expect(evaluate('A=1; L=(1); source ./config; B=2', '"$A" "${L[@]}" $B "${C:-3}"')).toEqual([
      '?',
      '…not-evaluated',
      '2',
      '3',
    ]);
    expect(evaluate('A=1; eval "$x"', '$A')).toEqual(['…not-evaluated']);
    expect(evaluate('declare -A M=([a]=1); declare -i I=1+1; declare -n R=A', '"${M[a]}" "$I" "$R"')).toEqual(
      ['?', '?', '?'],
    );
    expect(evaluate('export "A=$x"', '"$A"')).toEqual(['?']);
  });

  it('keep glob characters, braces and tildes', () => {
    expect(evaluate('A="*"', '~/x *.img {a,b} $A')).toEqual(['~/x', '*.img', '{a,b}', '*']);
  });
});

describe('arrays', () => {
  it('bring their elements', () => {
    expect(evaluate('a=(-m 4 "x y")', '"${a[@]}" ${a[2]} "${a[*]}" $a ${#a[@]}')).toEqual([
      '-m',
      '4',
      'x y',
      'x',
      'y',
      '-m 4 x y',
      '-m',
      '3',
    ]);
    expect(evaluate('a=(1); a+=(2 3); a=("${a[@]}" 4); a[4]=5; a[0]=0', '"${a[@]}"')).toEqual([
      '0',
      '2',
      '3',
      '4',
      '5',
    ]);
    expect(evaluate('O="-m 4"; a=($O "$O")', '"${a[@]}"')).toEqual(['-m', '4', '-m 4']);
    expect(evaluate('a=()', 'x "${a[@]}" ${a[@]+"${a[@]}"} y')).toEqual(['x', 'y']);
    expect(evaluate('declare -a a; a+=(1)', '"${a[@]}"')).toEqual(['1']);
    expect(evaluate('a=(1 2 3)', '"${a[@]:1}" "${a[@]/2/x}" "p${a[@]}s"')).toEqual([
      '2',
      '3',
      '1',
      'x',
      '3',
      'p1',
      '2',
      '3s',
    ]);
  });

  it('are open where an element is', () => {
    expect(evaluate('a=(-m 4 $EXTRA -S)', '"${a[@]}" "${a[1]}" "${a[3]}" "${#a[@]}"')).toEqual([
      '-m',
      '4',
      '…environment',
      '-S',
      '4',
      '?',
      '?',
    ]);
    expect(evaluate('', '"${never[@]}"')).toEqual(['…environment']);
    expect(evaluate('a=([2]=x)', '"${a[@]}"')).toEqual(['…not-evaluated']);
  });
});

describe('positional parameters', () => {
  it('are set and shifted', () => {
    expect(evaluate('set -- a "b c"; shift', '"$@" $# $1')).toEqual(['b c', '1', 'b', 'c']);
    expect(evaluate('set -eu -o pipefail; set -- "$@" -S', '"$@"')).toEqual(['…positional', '-S']);
    expect(evaluate('A=$1; shift', '"$A" "$@"')).toEqual(['?', '…positional']);
    expect(evaluate('set -- a; shift 2', '"$@"')).toEqual(['a']);
  });
});
