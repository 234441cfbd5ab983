import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { analyze } from '../../server/src/service/analyze.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { told } from '../lib/told.ts';

/** The same program, with a memory of its own and the same knowledge. */
vi.resetModules();
await import('../lib/catalogue.ts');
const other = await import('../../server/src/service/analyze.ts');

const examples = path.resolve(import.meta.dirname, '..', '..', 'examples');

const documents = (suffix: string): readonly string[] =>
  fs
    .readdirSync(examples)
    .filter((name) => name.endsWith(suffix))
    .map((name) => fs.readFileSync(path.join(examples, name), 'utf8'));

/** What is typed: characters that the readers look for, and words that make a difference. */
const TYPED = {
  '.sh': ['', ',', ' ', '"', '1', 'x', ',id=a', '-m 2G ', '-device e1000 ', '$X'],
  '.xml': ['', '<', '>', "'", '/', '1', 'x', '<disk>', '</disk>', " bus='ide'", '<!-- -->', '&', '{{ x }}'],
} as const;

const edit = (typed: readonly string[]) =>
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat(6),
    typed: fc.constantFrom(...typed),
  });

describe.each(['.sh', '.xml'] as const)('versions of a document, %s', (suffix) => {
  it('have the same findings in whatever order they are read', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...documents(suffix)),
        fc.array(edit(TYPED[suffix]), { minLength: 2, maxLength: 8 }),
        (start, edits) => {
          const texts = [start];
          for (const { at, removed, typed } of edits) {
            const text = texts.at(-1)!;
            const offset = Math.floor(at * text.length);
            texts.push(text.slice(0, offset) + typed + text.slice(offset + removed));
          }
          const read = (by: typeof analyze, text: string) =>
            told(by({ uri: `test${suffix}`, text }, DEFAULT_SETTINGS));
          const forwards = texts.map((text) => read(analyze, text));
          const backwards = texts.toReversed().map((text) => read(other.analyze, text));
          expect(forwards).toEqual(backwards.toReversed());
        },
      ),
      { numRuns: 100 },
    );
  });
});
