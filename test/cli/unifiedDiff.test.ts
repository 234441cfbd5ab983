import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../server/src/cli/unifiedDiff.ts';

/** Applies a diff strictly: every context and removed line must stand where the diff says. */
function applyDiff(before: string, diff: string): string {
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const lines = diff.match(/[^\n]*\n/g) ?? [];
  const out: string[] = [];
  let at = 0;
  for (let i = 2; i < lines.length; i++) {
    const line = lines[i]!;
    const head = /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@\n$/.exec(line);
    if (head) {
      const [start, count] = [Number(head[1]), Number(head[2])];
      const first = count === 0 ? start : start - 1;
      out.push(...old.slice(at, first));
      at = first;
      expect(out.length).toBe(Number(head[4]) === 0 ? Number(head[3]) : Number(head[3]) - 1);
      continue;
    }
    const bare = lines[i + 1]?.startsWith('\\');
    const text = bare ? line.slice(1, -1) : line.slice(1);
    if (bare) i++;
    if (line[0] !== '+') expect(old[at++]).toBe(text);
    if (line[0] !== '-') out.push(text);
  }
  return [...out, ...old.slice(at)].join('');
}

const text = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '', '\r', 'a\r'), { maxLength: 40 }), fc.boolean())
  .map(([lines, ended]) => lines.join('\n') + (ended ? '\n' : ''));

describe('unifiedDiff', () => {
  it('leads from the one text to the other', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff('x', before, after);
        expect(applyDiff(before, diff)).toBe(after);
        expect(diff === '').toBe(before === after);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps what is alike, with three lines around a change', () => {
    const before = Array.from({ length: 20 }, (_, i) => `${i + 1}\n`).join('');
    const after = before.replace('5\n', 'five\n').replace('\n18\n', '\n');
    expect(unifiedDiff('a b', before, after)).toBe(
      '--- a/a b\t\n+++ b/a b\t\n' +
        '@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n' +
        '@@ -15,6 +15,5 @@\n 15\n 16\n 17\n-18\n 19\n 20\n',
    );
  });

  it('says where no newline ends the file', () => {
    expect(unifiedDiff('x', 'a', 'b\n')).toBe(
      '--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n',
    );
  });

  it('stays quick where everything differs', () => {
    const many = (word: string): string => Array.from({ length: 20_000 }, (_, i) => `${word}${i}\n`).join('');
    expect(applyDiff(many('a'), unifiedDiff('x', many('a'), many('b')))).toBe(many('b'));
  });
});
