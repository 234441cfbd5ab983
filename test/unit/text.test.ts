import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffEdits } from '../../server/src/text/diff.ts';
import { applyEdits, withoutNested } from '../../server/src/text/edit.ts';
import { LineIndex } from '../../server/src/text/lineIndex.ts';
import { concerns } from '../../server/src/text/relevance.ts';

const line = fc.stringMatching(/^[a-c =,]{0,8}$/);
const text = fc
  .array(line, { maxLength: 12 })
  .chain((lines) => fc.constantFrom('\n', '\r\n').map((end) => lines.join(end)));

describe('diffEdits', () => {
  it('turns the one text into the other', () => {
    fc.assert(
      fc.property(text, text, (from, to) => {
        expect(applyEdits(from, diffEdits(from, to))).toBe(to);
      }),
    );
  });

  it('keeps two insertions apart', () => {
    expect(applyEdits('=== ', diffEdits('=== ', '== == \n'))).toBe('== == \n');
  });

  it('touches nothing where nothing differs', () => expect(diffEdits('a\nb', 'a\nb')).toEqual([]));

  it('replaces the words that differ, not the line', () => {
    const from = 'one\nqemu -m 4G -smp 4\nthree';
    expect(diffEdits(from, 'one\nqemu -m 8G -smp 4\nthree')).toEqual([
      { range: { start: 12, end: 14 }, newText: '8G' },
    ]);
  });

  it('adds and removes whole lines', () => {
    expect(diffEdits('a\nb\n', 'a\nx\nb\n')).toEqual([{ range: { start: 2, end: 2 }, newText: 'x\n' }]);
    expect(diffEdits('a\nx\nb\n', 'a\nb\n')).toEqual([{ range: { start: 2, end: 4 }, newText: '' }]);
  });
});

describe('applyEdits', () => {
  it('keeps the order of insertions at one place', () => {
    const at = { start: 1, end: 1 };
    expect(
      applyEdits('ab', [
        { range: at, newText: '1' },
        { range: at, newText: '2' },
      ]),
    ).toBe('a12b');
  });

  it('refuses edits that overlap', () => {
    const edits = [
      { range: { start: 0, end: 2 }, newText: '' },
      { range: { start: 1, end: 3 }, newText: 'x' },
    ];
    expect(() => applyEdits('abcd', edits)).toThrow('overlap');
  });

  it('a removal inside a larger one adds nothing', () => {
    const outer = { range: { start: 0, end: 3 }, newText: '' };
    const inner = { range: { start: 1, end: 2 }, newText: '' };
    const insert = { range: { start: 1, end: 1 }, newText: 'x' };
    expect(withoutNested([outer, inner, insert])).toEqual([outer, insert]);
  });
});

describe('LineIndex', () => {
  it('goes there and back', () => {
    fc.assert(
      fc.property(text, fc.nat(200), (value, n) => {
        const offset = Math.min(n, value.length);
        const index = new LineIndex(value);
        const position = index.positionAt(offset);
        expect(index.offsetAt(position)).toBe(offset);
        expect(value.slice(0, offset).split('\n').length - 1).toBe(position.line);
      }),
    );
  });

  it('clamps what lies outside', () => {
    const index = new LineIndex('ab\ncd');
    expect(index.positionAt(99)).toEqual({ line: 1, character: 2 });
    expect(index.offsetAt({ line: 0, character: 99 })).toBe(3);
    expect(index.offsetAt({ line: 9, character: 0 })).toBe(5);
  });
});

describe('concerns', () => {
  it.each([
    ['#!/bin/sh\nexec qemu-system-x86_64 -m 1G', 'qemu'],
    ['  <?xml version="1.0"?>\n<domain type="kvm"/>', 'libvirt'],
    ['\uFEFF<domainsnapshot><domain/></domainsnapshot>', 'libvirt'],
    ['kvm -m 1G', 'qemu'],
    ['echo hello', undefined],
    ['<project><name/></project>', undefined],
  ] as const)('%j: %s', (value, expected) => expect(concerns(value)).toBe(expected));

  it('asks only about the language that is known', () => {
    expect(concerns('<domain/>', 'qemu')).toBeUndefined();
    expect(concerns('cat <<X\n<domain/>\nX\nqemu-system-x86_64', 'qemu')).toBe('qemu');
  });
});
