import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complete } from '../../server/src/service/complete/complete.ts';
import '../lib/catalogue.ts';

const folder = path.resolve(import.meta.dirname, '..', '..', 'examples');
const examples = fs.readdirSync(folder).filter((name) => /\.(sh|xml)$/.test(name));

const target = { qemu: undefined, libvirt: undefined };

/** Asks at an offset, and holds what every answer has to be. Returns how many items there are. */
function check(text: string, offset: number): number {
  const items = complete({ source: { uri: 'file:///guest', text }, offset, target });
  for (const { label, range, insertion } of items) {
    const isSound = range.start <= offset && offset <= range.end && range.end <= text.length;
    if (!isSound || text.slice(range.start, range.end).includes('\n') || insertion.length === 0) {
      expect.fail(`${label} at ${offset} replaces ${range.start} to ${range.end}`);
    }
  }
  return items.length;
}

describe.each(examples)('%s', (name) => {
  const text = fs.readFileSync(path.join(folder, name), 'utf8');

  test('can be asked at every offset', () => {
    let answers = 0;
    for (let offset = 0; offset <= text.length; offset++) if (check(text, offset) > 0) answers++;
    expect(answers).toBeGreaterThan(10);
  });

  test('can be asked while it is being typed', () => {
    for (let end = 1; end <= text.length; end += 3) check(text.slice(0, end), end);
  });

  test('can be asked when it is damaged', () => {
    const cut = fc.tuple(
      fc.nat(text.length),
      fc.nat(12),
      fc.constantFrom('', '<', '"', "'", '\\', '-', '</', '{"', '${'),
    );
    fc.assert(
      fc.property(cut, ([at, length, inserted]) => {
        check(text.slice(0, at) + inserted + text.slice(at + length), at + inserted.length);
      }),
      { numRuns: 150 },
    );
  });
});
