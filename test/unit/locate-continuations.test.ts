import { describe, expect, it } from 'vitest';
import { locate } from '../../server/src/dialects/qemu/locate.ts';
import { hasBash, runInBash, slice, variantsIn } from './qemuScript.ts';

/** Of the first command what breaks it: kind, place, what is lost, how many options that is. */
const breaksIn = (script: string) =>
  locate('', script).commands[0]!.variants[0]!.brokenContinuations.map(
    ({ kind, range, lost, lostOptions }) => [kind, slice(script, range), slice(script, lost), lostOptions],
  );

const BROKEN: Record<string, { script: string; breaks: unknown[]; stray?: string; left: string[] }> = {
  'a blank line': {
    script: 'qemu-kvm -m 4 \\\n\n  -smp 2 \\\n  -S\necho done\n',
    breaks: [['blank-line', '\\', '-smp 2 \\\n  -S', 2]],
    left: ['-m', '4'],
  },
  'a line of blanks': {
    script: 'qemu-kvm -m 4\\\n \t \n\n# x\n  -smp 2\n',
    breaks: [['blank-line', '\\', '-smp 2', 1]],
    left: ['-m', '4'],
  },
  'a comment line': {
    script: 'qemu-kvm -m 4 \\\n  # two CPUs \\\n  # no more\n  -smp 2\n',
    breaks: [['comment', '# two CPUs \\', '-smp 2', 1]],
    left: ['-m', '4'],
  },
  'a comment before the backslash': {
    script: 'qemu-kvm -m 4 # memory \\\n  -smp 2\n',
    breaks: [['comment', '# memory \\', '-smp 2', 1]],
    left: ['-m', '4'],
  },
  'a blank behind the backslash': {
    script: 'qemu-kvm -m 4 \\ \n  -smp 2 x \\\n -S\n',
    breaks: [['trailing-space', '\\ ', '-smp 2 x \\\n -S', 2]],
    stray: ' ',
    left: ['-m', '4'],
  },
  'several blanks behind the backslash': {
    script: 'qemu-kvm -m 4 \\\t  \n  -smp 2\n',
    breaks: [['trailing-space', '\\\t  ', '-smp 2', 1]],
    stray: '\t',
    left: ['-m', '4'],
  },
  'a carriage return on every line': {
    script: 'qemu-kvm -m 4 \\\r\n  -smp 2 \\\r\n  -S \\\r\n  -x y\r\n',
    breaks: [['carriage-return', '\\\r', '-smp 2 \\\r\n  -S \\\r\n  -x y', 3]],
    stray: '\r',
    left: ['-m', '4'],
  },
};

describe('a continuation is broken by', () => {
  for (const [name, { script, breaks, left }] of Object.entries(BROKEN)) {
    it(name, () => {
      expect(breaksIn(script)).toEqual(breaks);
      expect(variantsIn(script)[0]).toEqual([left]);
    });
  }

  it('a blank that is glued to the last word', () => {
    const script = 'qemu-kvm -m 4\\ \n  -smp 2\n';
    expect(breaksIn(script)).toEqual([['trailing-space', '\\ ', '-smp 2', 1]]);
    expect(variantsIn(script)[0]).toEqual([['-m', '4']]);
  });

  it('several mistakes, of which each is told', () => {
    const script = 'qemu-kvm -m 4 \\\n\n -smp 2 \\\n # x\n -S \\ \n -x 1 -y\n';
    expect(breaksIn(script)).toEqual([
      ['blank-line', '\\', '-smp 2 \\\n # x\n -S \\ \n -x 1 -y', 4],
      ['comment', '# x', '-S \\ \n -x 1 -y', 3],
      ['trailing-space', '\\ ', '-x 1 -y', 2],
    ]);
  });
});

describe('a continuation is not broken', () => {
  const intact: Record<string, string> = {
    'where the command ends anyway': 'qemu-kvm -m 4 \\\n\necho -smp\n',
    'at the end of the file': 'qemu-kvm -m 4 \\\n\n',
    'by a comment behind the last line': 'qemu-kvm -m 4 \\\n -S \\\n # -smp 2\n\necho done\n',
    'by a lone backslash': 'qemu-kvm -m 4 \\\n \\\n -S\n',
    'by a comment in an array': 'a=(-m 4\n # x\n\n -S)\nqemu-kvm "$' + '{a[@]}"\n',
    'by a comment in backticks': 'qemu-kvm -m 4 `# x` \\\n -S\n',
    'where another command follows': 'qemu-kvm -m 4 \\ \necho done\n',
    'by the next command of a list': 'qemu-kvm -m 4 \\\n && x\n',
  };
  for (const [name, script] of Object.entries(intact)) {
    it(name, () => expect(breaksIn(script)).toEqual([]));
  }

  it('but what is passed on is an argument where no option is lost', () => {
    expect(variantsIn('qemu-kvm -m 4 \\ \necho done\n')[0]).toEqual([['-m', '4', ' ']]);
  });
});

describe.skipIf(!hasBash)('Bash agrees about', () => {
  it('what is lost and what is passed on', () => {
    const cases = Object.values(BROKEN);
    const recorded = runInBash(cases.map(({ script }) => script));
    expect(recorded).toEqual(cases.map(({ left, stray }) => [[...left, ...(stray ? [stray] : [])]]));
  });
});
