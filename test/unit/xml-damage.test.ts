import { describe, expect, it } from 'vitest';
import { neverInside } from '../../server/src/dialects/libvirt/nesting.ts';
import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import { libvirtCorpus } from './xmlCorpus.ts';
import { apply, damageOf, keptPaths, randomOf } from './xmlDamage.ts';
import { EXAMPLES, FLAT_EXAMPLES } from './xmlExamples.ts';

/** Percentage of the elements next to the damage that keep their path; prints it with that of perfect states. */
function measure(name: string, texts: readonly string[], states: number): number {
  const random = randomOf(1);
  const sum = { others: 0, kept: 0, perfect: 0 };
  for (const text of texts) {
    const before = parseXml(text, neverInside);
    for (let i = 0; i < states; i++) {
      const damage = damageOf(text, before, random);
      const { others, kept } = keptPaths(before, damage, parseXml(apply(text, damage), neverInside));
      sum.others += others;
      sum.kept += kept;
      if (others === kept) sum.perfect++;
    }
  }
  const share = (100 * sum.kept) / sum.others;
  const perfect = (100 * sum.perfect) / (states * texts.length);
  console.log(`${name}: ${share.toFixed(2)} % of paths kept, ${perfect.toFixed(2)} % of states perfect`);
  return share;
}

describe('while typing, other elements keep their path', () => {
  it('in our own examples', () => {
    expect(measure('examples', EXAMPLES, 1000)).toBeGreaterThanOrEqual(97);
  });

  it('without any layout', () => {
    expect(measure('examples on one line', FLAT_EXAMPLES, 1000)).toBeGreaterThanOrEqual(97);
  });

  const corpus = libvirtCorpus().map(({ text }) => text);
  it.skipIf(corpus.length === 0)("in libvirt's own tests", () => {
    expect(measure('libvirt', corpus, 5)).toBeGreaterThanOrEqual(97);
  });
});
