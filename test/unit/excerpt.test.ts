import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/text/edit.ts';
import type { Excerpt } from '../../server/src/text/excerpt.ts';
import { ExcerptBuilder } from '../../server/src/text/excerptBuilder.ts';

/** Stretches of a host, in order: left out, copied, or standing as a whole for something else. */
const hosts = fc.array(
  fc.record({
    text: fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', 'b', ' ', '\n', '$') }),
    kind: fc.constantFrom('gap', 'copy', 'copy', 'put'),
    put: fc.string({ maxLength: 3, unit: fc.constantFrom('x', 'y') }),
  }),
  { minLength: 1, maxLength: 12 },
);

type Stretch = typeof hosts extends fc.Arbitrary<(infer T)[]> ? T : never;

function build(stretches: readonly Stretch[]): { host: string; excerpt: Excerpt } {
  const host = stretches.map(({ text }) => text).join('');
  const out = new ExcerptBuilder(host);
  let at = 0;
  for (const { text, kind, put } of stretches) {
    if (kind === 'copy') out.copy(at, at + text.length);
    if (kind === 'put') out.put(put, at, at + text.length);
    at += text.length;
  }
  return { host, excerpt: out.build() };
}

describe('an excerpt', () => {
  it('leads from every copied character to the same one of the host, and back', () => {
    fc.assert(
      fc.property(hosts, (stretches) => {
        const { host, excerpt } = build(stretches);
        expect(excerpt.runs.map(({ length }) => length).reduce((a, b) => a + b, 0)).toBe(excerpt.text.length);
        for (const run of excerpt.runs.filter(({ copied }) => copied)) {
          for (let at = run.at; at < run.at + run.length; at++) {
            const { start, end } = excerpt.toCarrier({ start: at, end: at + 1 });
            expect(host.slice(start, end)).toBe(excerpt.text[at]);
            expect(excerpt.fromCarrier(start)).toBe(at);
          }
        }
      }),
    );
  });

  it('gives a range that holds all that the characters in it stand for', () => {
    fc.assert(
      fc.property(hosts, fc.nat(), fc.nat(), (stretches, a, b) => {
        const { host, excerpt } = build(stretches);
        const start = a % (excerpt.text.length + 1);
        const end = start + (b % (excerpt.text.length - start + 1));
        const range = excerpt.toCarrier({ start, end });
        expect(range.start).toBeLessThanOrEqual(range.end);
        expect(range.end).toBeLessThanOrEqual(host.length);
        for (const run of excerpt.runs) {
          if (run.at < start || run.at + run.length > end) continue;
          expect(range.start).toBeLessThanOrEqual(run.source.start);
          expect(range.end).toBeGreaterThanOrEqual(run.source.end);
        }
      }),
    );
  });

  it('changes in the host what is changed in it, or refuses', () => {
    let changed = 0;
    fc.assert(
      fc.property(hosts, fc.nat(), fc.nat(), (stretches, a, b) => {
        const { host, excerpt } = build(stretches);
        const start = a % (excerpt.text.length + 1);
        const end = start + (b % (excerpt.text.length - start + 1));
        const [edit] = excerpt.toCarrierEdits([{ range: { start, end }, newText: '#' }]) ?? [];
        if (!edit) return;
        changed++;
        // Seen through the same stretches, the new host is the new text: no gap was touched.
        const { start: from, end: to } = edit.range;
        expect(applyEdits(host, [edit])).toBe(`${host.slice(0, from)}#${host.slice(to)}`);
        const within = excerpt.runs.filter((run) => run.source.start >= from && run.source.end <= to);
        const whole = within.reduce((sum, run) => sum + run.source.end - run.source.start, 0);
        const cut = excerpt.runs.filter(
          (run) =>
            !within.includes(run) &&
            run.source.start < to &&
            run.source.end > from &&
            run.source.end > run.source.start,
        );
        const partly = cut.reduce(
          (sum, { source: at }) => sum + Math.min(at.end, to) - Math.max(at.start, from),
          0,
        );
        expect(whole + partly).toBe(to - from);
        expect(cut.every(({ copied }) => copied)).toBe(true);
      }),
    );
    expect(changed).toBeGreaterThan(20);
  });
});

describe('edits beside a gap', () => {
  const host = 'run: @qemu -m 1G # end';
  const excerpt = (() => {
    const out = new ExcerptBuilder(host);
    out.copy(0, 5);
    out.copy(6, 16);
    return out.build();
  })();
  const edited = (start: number, end: number, newText: string): string | undefined => {
    const edits = excerpt.toCarrierEdits([{ range: { start, end }, newText }]);
    return edits && applyEdits(host, edits);
  };

  it('belong to what they are written like', () => {
    expect(excerpt.text).toBe('run: qemu -m 1G');
    expect(edited(5, 5, 'sudo ')).toBe('run: @sudo qemu -m 1G # end');
    expect(edited(5, 5, '# why\n')).toBe('run: # why\n@qemu -m 1G # end');
    expect(edited(15, 15, ' -smp 2')).toBe('run: @qemu -m 1G -smp 2 # end');
  });

  it('do not reach over it', () => {
    expect(edited(4, 6, '')).toBeUndefined();
    expect(edited(5, 9, 'kvm')).toBe('run: @kvm -m 1G # end');
  });
});

describe('what a reference brings', () => {
  const host = 'A = -m 1G\nrun: qemu $(A) -s';
  const made = (shared: boolean): Excerpt => {
    const out = new ExcerptBuilder(host);
    out.copy(15, 20);
    out.through({ start: 20, end: 24 }, shared, () => out.copy(4, 9));
    out.copy(24, 27);
    return out.build();
  };

  it('is shown where it stands, and at the reference together with what is around', () => {
    const excerpt = made(false);
    expect(excerpt.text).toBe('qemu -m 1G -s');
    expect(excerpt.toCarrier({ start: 8, end: 10 })).toEqual({ start: 7, end: 9 });
    expect(excerpt.toCarrier({ start: 0, end: 10 })).toEqual({ start: 15, end: 24 });
    expect(excerpt.toCarrier({ start: 5, end: 13 })).toEqual({ start: 20, end: 27 });
  });

  it('is changed where it stands, unless others use it too', () => {
    const edits = [{ range: { start: 8, end: 10 }, newText: '2G' }];
    expect(made(false).toCarrierEdits(edits)).toEqual([{ range: { start: 7, end: 9 }, newText: '2G' }]);
    expect(made(true).toCarrierEdits(edits)).toBeUndefined();
  });
});

describe('line ends', () => {
  it('are the host’s, and plain in the excerpt', () => {
    const host = 'a \\\r\n b\r\n';
    const out = new ExcerptBuilder(host);
    out.copy(0, host.length);
    const excerpt = out.build();
    expect(excerpt.text).toBe('a \\\n b\n');
    const edits = excerpt.toCarrierEdits([{ range: { start: 6, end: 6 }, newText: ' \\\n c' }])!;
    expect(applyEdits(host, edits)).toBe('a \\\r\n b \\\r\n c\r\n');
    expect(applyEdits(host, excerpt.toCarrierEdits([{ range: { start: 1, end: 4 }, newText: '' }])!)).toBe(
      'a b\r\n',
    );
  });
});
