import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { snippet } from '../../server/src/cli/snippet.ts';
import { makeStyle, wantsColours } from '../../server/src/cli/style.ts';
import { harmless } from '../../server/src/text/harmless.ts';
import { LineIndex } from '../../server/src/text/lineIndex.ts';
import { domain, Program, UNUSED } from './program.ts';

const program = new Program();
beforeAll(() => program.install());
afterAll(() => program.remove());
beforeEach(() => program.enterFolder());

const position = z.strictObject({ line: z.int().min(1), column: z.int().min(1) });
const range = z.strictObject({ start: position, end: position });
const edit = z.strictObject({ path: z.string(), range, newText: z.string() });
const shape = z.strictObject({
  version: z.literal(1),
  tool: z.strictObject({ version: z.string() }),
  files: z.array(
    z.strictObject({
      path: z.string(),
      suppressed: z.int().min(0),
      findings: z.array(
        z.strictObject({
          rule: z.string(),
          dialect: z.enum(['qemu', 'libvirt']),
          guest: z.string().optional(),
          severity: z.enum(['error', 'warning', 'information', 'hint']),
          message: z.string(),
          tags: z.array(z.enum(['unnecessary', 'deprecated'])),
          range,
          related: z.array(z.strictObject({ path: z.string(), range, message: z.string() })),
          fixes: z.array(
            z.strictObject({
              title: z.string(),
              applicability: z.enum(['safe', 'suggestion']),
              edits: z.array(edit).min(1),
            }),
          ),
        }),
      ),
    }),
  ),
  problems: z.array(z.strictObject({ path: z.string(), kind: z.string(), message: z.string() })),
  summary: z.strictObject({
    files: z.int(),
    errors: z.int(),
    warnings: z.int(),
    information: z.int(),
    hints: z.int(),
    milliseconds: z.int().min(1),
  }),
});

const json = (...args: string[]): z.infer<typeof shape> =>
  shape.parse(JSON.parse(program.run(['check', '--format', 'json', ...args]).stdout));

/** The guest of two nodes that share vCPUs, as a script. */
const SCRIPT = `#!/bin/sh
qemu-system-x86_64 -name demo -smp 4 -m 2G \\
  -object memory-backend-ram,id=a,size=1G -object memory-backend-ram,id=b,size=1G \\
  -numa node,nodeid=0,cpus=0-1,memdev=a -numa node,nodeid=1,cpus=0-1,memdev=b
`;

describe('the JSON report', () => {
  it('has exactly the promised shape, in both languages', () => {
    program.write('broken.xml', domain({ overlap: true }));
    program.write('clean.xml', domain());
    program.write('launch.sh', SCRIPT);
    const report = json('broken.xml', 'clean.xml', 'launch.sh', 'gone.xml');
    expect(report.files.map((file) => file.path)).toEqual(['broken.xml', 'clean.xml', 'launch.sh']);
    expect(report.files[1]).toEqual({ path: 'clean.xml', suppressed: 0, findings: [] });
    for (const [index, dialect] of [
      [0, 'libvirt'],
      [2, 'qemu'],
    ] as const) {
      const found = report.files[index]?.findings.filter((finding) => finding.rule === 'numa-cpus-overlap');
      expect(found).toEqual([expect.objectContaining({ dialect, guest: 'demo', severity: 'error' })]);
      expect(found?.[0]?.related).toHaveLength(1);
      expect(found?.[0]?.fixes).toHaveLength(1);
    }
    expect(report.problems).toEqual([
      { path: 'gone.xml', kind: 'missing', message: 'no such file or folder: check the spelling' },
    ]);
    expect(report.summary.files).toBe(3);
  });

  it('counts lines and columns from 1, in UTF-16 units, without the byte order mark', () => {
    program.write(
      'vm.xml',
      `\uFEFF<!--\u{1F600}--><domain type='kvm'>${domain({ overlap: true }).split('\n').join('')}`,
    );
    const inner = domain({ overlap: true }).split('\n').join('');
    const before = "<!--\u{1F600}--><domain type='kvm'>";
    const found = json('vm.xml').files[0]?.findings.find((finding) => finding.rule === 'numa-cpus-overlap');
    const column = before.length + inner.lastIndexOf("cpus='0-1'") + "cpus='".length + 1;
    expect(found?.range).toEqual({ start: { line: 1, column }, end: { line: 1, column: column + 3 } });
  });

  it('gives edits that mend the file when they are applied', () => {
    program.write('vm.xml', domain({ overlap: true }));
    const edits = json('vm.xml').files[0]!.findings.find((finding) => finding.fixes.length > 0)!.fixes[0]!
      .edits;
    const lines = domain({ overlap: true }).split('\n');
    for (const { range: at, newText } of edits.toReversed()) {
      expect(at.start.line).toBe(at.end.line);
      const line = lines[at.start.line - 1]!;
      lines[at.start.line - 1] = line.slice(0, at.start.column - 1) + newText + line.slice(at.end.column - 1);
    }
    program.write('vm.xml', lines.join('\n'));
    expect(json('vm.xml').summary.errors).toBe(0);
  });

  it('counts what comments suppress', () => {
    const ignore = '  <!-- virtlens-ignore numa-cpus-overlap: known -->\n';
    program.write('vm.xml', domain({ overlap: true, comment: ignore }));
    expect(json('vm.xml').files).toEqual([{ path: 'vm.xml', suppressed: 1, findings: [] }]);
  });

  it('counts findings by severity', () => {
    program.write('vm.xml', domain({ overlap: true, comment: UNUSED }));
    expect(json('vm.xml').summary).toMatchObject({
      files: 1,
      errors: 1,
      warnings: 0,
      information: 0,
      hints: 1,
    });
  });
});

describe('the text report', () => {
  const text = (...args: string[]): string =>
    program.run(['check', ...args]).stdout.replace(/\d+ ms/, 'N ms');

  it('shows place, severity, rule, message, the line with a caret, related places, fixes and a summary', () => {
    program.write('guests/vm.xml', domain({ overlap: true }));
    expect(text('guests')).toBe(`\
guests/vm.xml:11:26: error numa-cpus-overlap: vCPUs 0-1 are in guest node 1, but already in guest node 0: a vCPU \
belongs to one node only, and the guest will not start.
  11 |       <cell id='1' cpus='0-1' memory='1' unit='GiB'/>
     |                          ^^^
  guests/vm.xml:10:26: Assigned to guest node 0 here.
  10 |       <cell id='0' cpus='0-1' memory='1' unit='GiB'/>
     |                          ^^^
  fix (suggestion): Divide vCPUs 0-1 between 2 nodes: 0 and 1

1 error in 1 file (N ms)
1 error can be mended with --repair, which makes choices
`);
  });

  it('names the remedy that does not ask', () => {
    program.write('vm.xml', domain({ comment: UNUSED }));
    expect(text('vm.xml')).toMatch(/\n1 hint in 1 file \(N ms\)\n1 finding can be fixed with --fix\n$/);
  });

  it('has colours only where they are wanted', () => {
    program.write('vm.xml', domain({ overlap: true }));
    const escapes = (env: Record<string, string>): boolean =>
      program.run(['check', 'vm.xml'], { env }).stdout.includes('\x1b[');
    expect(escapes({})).toBe(false);
    expect(escapes({ FORCE_COLOR: '1' })).toBe(true);
    expect(escapes({ FORCE_COLOR: '0' })).toBe(false);
    expect(escapes({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(escapes({ FORCE_COLOR: '1', NO_COLOR: '' })).toBe(true);
  });
});

describe('the concise report', () => {
  it('has one line for each finding, and the same closing line', () => {
    program.write('guests/vm.xml', domain({ overlap: true }));
    const { stdout, code } = program.run(['check', '--format', 'concise', 'guests']);
    expect(code).toBe(1);
    expect(stdout.replace(/\d+ ms/, 'N ms')).toBe(`\
guests/vm.xml:11:26: error numa-cpus-overlap: vCPUs 0-1 are in guest node 1, but already in guest node 0: a vCPU \
belongs to one node only, and the guest will not start.
1 error in 1 file (N ms)
`);
  });
});

describe('colours on a terminal', () => {
  const terminal = { isTTY: true };
  it('are on unless NO_COLOR says otherwise', () => {
    expect(wantsColours(terminal, {})).toBe(true);
    expect(wantsColours(terminal, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColours(terminal, { NO_COLOR: '' })).toBe(true);
    expect(wantsColours(terminal, { TERM: 'dumb' })).toBe(false);
    expect(wantsColours({}, {})).toBe(false);
  });
});

describe('a snippet', () => {
  const plain = makeStyle(false);
  /** The two lines, without the gutter, for the first place of a word in a text. */
  const show = (content: string, word: string): string[] => {
    const start = content.indexOf(word);
    const range = { start, end: start + word.length };
    const shown = snippet(content, new LineIndex(content), range, plain, (mark) => mark);
    return shown
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^ *\d* \| /, ''));
  };

  it('marks the characters of the range', () => {
    expect(show('one\ntwo three\n', 'three')).toEqual(['two three', '    ^^^^^']);
  });

  it('shows tabs as blanks up to the next stop', () => {
    expect(show('\ta\tb', 'b')).toEqual(['    a   b', '        ^']);
    expect(show('abc\td', '\t')).toEqual(['abc d', '   ^']);
  });

  it('gives wide characters two cells and combining ones none', () => {
    expect(show('\u4F60\u597D x', 'x')).toEqual(['\u4F60\u597D x', '     ^']);
    expect(show('e\u0301 \u{1F600} x', 'x')).toEqual(['e\u0301 \u{1F600} x', '     ^']);
  });

  it('shows the carriage return that a finding is about, and no other', () => {
    expect(show('a \\\r\nb\r\n', '\\\r')).toEqual(['a \\\u240D', '  ^^']);
    expect(show('a \\\r\nb\r\n', 'a')).toEqual(['a \\', '^']);
  });

  it('marks one place where the range is empty or behind the line', () => {
    expect(show('ab', '')).toEqual(['ab', '^']);
    expect(snippet('ab', new LineIndex('ab'), { start: 2, end: 2 }, plain, (mark) => mark)).toContain(
      '   ^\n',
    );
  });

  it('marks the first line of a range over several', () => {
    expect(show('ab cd\nef\n', 'cd\nef')).toEqual(['ab cd', '   ^^']);
  });

  it('cuts a wide line around the range', () => {
    for (const [before, after] of [
      [500, 500],
      [5, 500],
      [500, 5],
      [100_000, 100_000],
    ] as const) {
      const [line, mark] = show(`${'-'.repeat(before)}word${'='.repeat(after)}`, 'word');
      expect(line!.length).toBeLessThan(115);
      expect(line!.length).toBeGreaterThan(100);
      expect(line!.slice(mark!.indexOf('^'), mark!.lastIndexOf('^') + 1)).toBe('word');
      expect(line!.startsWith('…')).toBe(before > 100);
      expect(line!.endsWith('…')).toBe(after > 100);
    }
  });

  it('lets nothing reach the terminal that would steer it', () => {
    expect(show('\x1b[31mred', 'red')[0]).toBe('\u241B[31mred');
    expect(harmless('a\u202Eb\x07\x9b')).toBe('a\uFFFDb\u2407\uFFFD');
  });
});
