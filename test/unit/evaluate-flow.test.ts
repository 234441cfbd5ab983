// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scripts are full of them
import { describe, expect, it } from 'vitest';
import { argumentsIn, variantsIn } from './qemuScript.ts';

const variants = (script: string): string[] => {
  const commands = variantsIn(script);
  expect(commands.length).toBe(1);
  return commands[0]!.map((words) => words.join(' ')).sort();
};
/** Of every command the arguments of its first variant. */
const guests = (script: string): string[] => variantsIn(script).map(([words]) => words!.join(' '));

describe('branches', () => {
  it('make variants of one command', () => {
    expect(variants('M=2\nif a; then M=4; elif b; then M=6; fi\nqemu-kvm -m $M')).toEqual([
      '-m 2',
      '-m 4',
      '-m 6',
    ]);
    expect(variants('if a; then M=4; else M=6; fi\nqemu-kvm -m $M')).toEqual(['-m 4', '-m 6']);
    expect(variants('case $1 in a) M=4;; b) M=6;; esac\nqemu-kvm -m "$M"')).toEqual(['-m 4', '-m 6', '-m ?']);
    expect(variants('case $1 in a) M=4;; *) M=6;; esac\nqemu-kvm -m "$M"')).toEqual(['-m 4', '-m 6']);
    expect(variants('case $1 in a) A=1;& b) B=2;; *) C=3;; esac\nqemu-kvm x${A:-0}${B:-0}${C:-0}')).toEqual([
      'x003',
      'x020',
      'x120',
    ]);
    expect(variants('M=2; [ -n "$x" ] && M=4\nqemu-kvm -m $M')).toEqual(['-m 2', '-m 4']);
    expect(variants('M=2; a || { M=4; }\nqemu-kvm -m $M')).toEqual(['-m 2', '-m 4']);
  });

  it('that change nothing make none', () => {
    expect(variants('if a; then echo b; else echo c; fi\nqemu-kvm -m 4')).toEqual(['-m 4']);
    expect(variants('if a; then X=1; else X=2; fi\nqemu-kvm -m 4')).toEqual(['-m 4']);
    expect(variants('if a; then X=$(b); else X=$(c); fi\nqemu-kvm "$X"')).toEqual(['?']);
  });

  it('that end the script are not followed', () => {
    expect(variants('M=2\nif a; then M=4; exit 1; fi\nqemu-kvm -m $M')).toEqual(['-m 2']);
    expect(variants('M=2\n[ -e x ] || { M=4; exit; }\nqemu-kvm -m $M')).toEqual(['-m 2']);
    expect(guests('exec qemu-kvm -m 2\nqemu-kvm -m 4')).toEqual(['-m 2']);
    expect(guests('exec 3>log\nqemu-kvm -m 4')).toEqual(['-m 4']);
    expect(guests('(exit 1)\nqemu-kvm -m 4')).toEqual(['-m 4']);
    expect(guests('if a; then exec qemu-kvm -m 1; fi; qemu-kvm -m 2')).toEqual(['-m 1', '-m 2']);
  });

  it('beyond sixteen are joined to what they have in common', () => {
    const branch = (i: number) => `if a; then A${i}=x; O="$O -o${i}"; l+=(-l${i}); fi`;
    const script = ['M=4', 'O="-m 4"', 'l=(-S)', ...Array.from({ length: 5 }, (_, i) => branch(i))].join(
      '\n',
    );
    expect(argumentsIn(`${script}\nqemu-kvm $M "$A0" $O "\${l[@]}" "$O" -x`)).toEqual([
      '4',
      '?',
      '-m',
      '4',
      '…variants-differ',
      '-S',
      '…variants-differ',
      '-m 4?',
      '-x',
    ]);
    expect(variantsIn(`${script.split('\n').slice(0, -1).join('\n')}\nqemu-kvm $O`)[0]!.length).toBe(16);
  });

  it('leave what subshells, pipelines and background jobs assign inside them', () => {
    expect(guests('M=2; (M=4; qemu-kvm -m $M); qemu-kvm -m $M')).toEqual(['-m 4', '-m 2']);
    expect(guests('M=2; a | M=4; M=6 & qemu-kvm -m $M | tee log')).toEqual(['-m 2']);
    expect(guests('{ M=4; }; ! M=6; qemu-kvm -m $M &')).toEqual(['-m 6']);
  });
});

describe('loops', () => {
  it('over literal words are unrolled', () => {
    expect(guests('for i in 1 "b c"; do qemu-kvm -name "vm$i"; done')).toEqual(['-name vm1', '-name vmb c']);
    expect(guests('for i in {2..4}; do a+=(-d id=$i); done; qemu-kvm "${a[@]}"')).toEqual([
      '-d id=2 -d id=3 -d id=4',
    ]);
    expect(
      guests('L="1 2"; for i in $L; do O="$O -d$i"; done; O=x; for i in 3; do O+=" $i"; done; qemu-kvm $O'),
    ).toEqual(['x 3']);
    expect(guests('set -- 1 2; for i; do a+=($i); done; qemu-kvm "${a[@]}"')).toEqual(['1 2']);
    expect(guests('for i in 1 2; do for j in 3 4; do a+=($i$j); done; done; qemu-kvm "${a[@]}"')).toEqual([
      '13 14 23 24',
    ]);
  });

  it('may be left early', () => {
    expect(variants('for i in 1 2 3; do a && break; M=$i; done; qemu-kvm -m ${M:-0}').sort()).toEqual([
      '-m 0',
      '-m 1',
      '-m 2',
      '-m 3',
    ]);
    expect(
      variants('for i in 1 2; do [ $i = 1 ] && continue; a+=($i); done; qemu-kvm x "${a[@]}"'),
    ).toContain('x 2');
  });

  it('of unknown length are read once', () => {
    expect(
      guests('M=2; while read x; do M=4; qemu-kvm -m $M -name "$x$y"; y=1; done; qemu-kvm -m "$M"'),
    ).toEqual(['-m 4 -name ??', '-m ?']);
    expect(guests('for x in $(ls); do qemu-kvm -name "$x"; done')).toEqual(['-name ?']);
    expect(guests('for x in *.img; do qemu-kvm "$x"; done')).toEqual(['?']);
    expect(guests('for ((i=0; i<4; i++)); do qemu-kvm -name vm$i; done; qemu-kvm -name "$i"')).toEqual([
      '-name vm?',
      '-name ?',
    ]);
    const many = Array.from({ length: 17 }, (_, i) => i).join(' ');
    expect(guests(`for i in ${many}; do qemu-kvm -name vm$i; done`)).toEqual(['-name vm?']);
  });

  it('that only add to a list leave its beginning known', () => {
    const script = 'a=(-m 4); O="-S"; for d in $(ls); do a+=(-drive "file=$d"); O="$O -d $d"; done';
    expect(guests(`${script}; qemu-kvm "\${a[@]}" -x $O -y`)).toEqual([
      '-m 4 …not-evaluated -x -S …not-evaluated -y',
    ]);
    expect(
      guests('M=4; while getopts m: o; do case $o in m) M=$OPTARG;; esac; done; qemu-kvm -m "$M"'),
    ).toEqual(['-m ?']);
    expect(guests('M=4; while a; do . ./x; done; qemu-kvm -m "$M"')).toEqual(['-m ?']);
  });
});

describe('functions', () => {
  it('are called with their arguments', () => {
    expect(
      guests('f() { local m=$1; shift; qemu-kvm -m "$m" "$@"; }\nf 4 -S\nm=9; f 5 "a b"\nqemu-kvm $m'),
    ).toEqual(['-m 4 -S', '-m 5 a b', '9']);
    expect(guests('run() { echo "$@"; "$@"; }; run qemu-kvm -m 4')).toEqual(['-m 4']);
    expect(guests('f() { M=4; return; M=5; }; f; qemu-kvm $M')).toEqual(['4']);
    expect(guests('f() { qemu-kvm $M; }; M=3 f; M=4; f')).toEqual(['3', '4']);
    expect(guests('f() { M=1; }; f; f() { M=2; }; f; qemu-kvm $M')).toEqual(['2']);
  });

  it('are read once where nobody calls them', () => {
    expect(guests('M=4; start() { qemu-kvm -m $M "$1"; }; "$cmd"')).toEqual(['-m 4 ?']);
    expect(guests('main() { qemu-kvm "$@"; }; main "$@"')).toEqual(['…positional']);
  });

  it('that nobody calls are read through the ones that call them', () => {
    expect(guests('inner() { qemu-kvm "$1"; }; outer() { inner a; inner b; }; "$cmd"')).toEqual(['a', 'b']);
  });

  it('may call themselves', () => {
    const script = 'f() { qemu-kvm x "$1"; f y; }; f z; qemu-kvm last';
    const found = guests(script);
    expect(found[0]).toBe('x z');
    expect(found.at(-1)).toBe('last');
    expect(found.length).toBeLessThanOrEqual(9);
  });
});

describe('the work', () => {
  it('is limited', () => {
    const loops = `${'for i in 1 2 3 4 5 6 7 8; do '.repeat(12)}x+=($i); :${'; done'.repeat(12)}`;
    expect(() => variantsIn(`${loops}\nqemu-kvm "\${x[@]}"`)).not.toThrow();
    const doubling = `A=ab\n${'A="$A$A"\n'.repeat(60)}qemu-kvm "$A"`;
    expect(() => variantsIn(doubling)).not.toThrow();
    const calls = Array.from({ length: 30 }, (_, i) => `f${i}() { f${i + 1}; f${i + 1}; }`).join('\n');
    expect(() => variantsIn(`${calls}\nf0\nqemu-kvm -m 4`)).not.toThrow();
  });

  it('that is left does not hide what was found', () => {
    const doubling = `qemu-kvm -m 4\nA=ab\n${'A="$A$A"\n'.repeat(60)}qemu-kvm "$A"`;
    expect(variantsIn(doubling)[0]).toEqual([['-m', '4']]);
  });
});
