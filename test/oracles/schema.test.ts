import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { grammarOf } from '../../server/src/catalogue/schema/grammar.ts';
import { validate } from '../../server/src/catalogue/schema/validate.ts';
import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import { childElements } from '../../server/src/syntax/xml/query.ts';
import { corpus, filesIn, isThere } from '../lib/shared.ts';
import { SCHEMA, schemaAvailable } from './libvirt.ts';
import { runProgram, withScratch } from './process.ts';
import { MUTATIONS, mutate, randomNumbers } from './xmlMutations.ts';

const FOLDERS = [
  'libvirt-pos',
  'libvirt-neg',
  'libvirt-neg-generic',
  'libvirt-xml2xml',
  'user-xml',
  'proj-xml',
];
const ENOUGH = 0.995;
const MUTANTS = 5_000;
/** More file names do not fit into one command line everywhere. */
const BATCH = 500;

type Verdict = 'valid' | 'invalid' | 'malformed';

const asked = process.env.VIRTLENS_ORACLES === '1' && schemaAvailable() && isThere(corpus);

/** What xmllint says of many documents, a few processes in all. */
async function askXmllint(texts: readonly string[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let from = 0; from < texts.length; from += BATCH) {
    const batch = texts.slice(from, from + BATCH);
    await withScratch(async (folder) => {
      const files = batch.map((_, i) => join(folder, `${i}.xml`));
      batch.forEach((text, i) => {
        writeFileSync(files[i]!, text);
      });
      const run = await runProgram('xmllint', ['--noout', '--relaxng', SCHEMA, ...files], {
        timeoutMs: 110_000,
      });
      expect(run.timedOut).toBe(false);
      const lines = new Set(run.stderr.split('\n'));
      for (const file of files) {
        if (lines.has(`${file} validates`)) verdicts.push('valid');
        else verdicts.push(lines.has(`${file} fails to validate`) ? 'invalid' : 'malformed');
      }
    });
  }
  return verdicts;
}

/** The same of ours, by the schema of the same version. */
function verdictOf(text: string): Verdict {
  const tree = parseXml(text);
  const roots = childElements(tree.root);
  if (tree.problems.length > 0 || roots.length !== 1) return 'malformed';
  return validate(grammarOf('9.0'), roots[0]!).length === 0 ? 'valid' : 'invalid';
}

/** The share of documents on which both agree, and those on which they do not. */
async function agreement(documents: readonly { name: string; text: string }[]) {
  const theirs = await askXmllint(documents.map(({ text }) => text));
  const wellFormed = documents.flatMap(({ name, text }, i) =>
    theirs[i] === 'malformed' ? [] : [{ name, theirs: theirs[i]!, ours: verdictOf(text) }],
  );
  const differing = wellFormed.filter(({ theirs, ours }) => theirs !== ours);
  const share = 1 - differing.length / wellFormed.length;
  console.info(`xmllint agrees on ${(share * 100).toFixed(2)} % of ${wellFormed.length} documents`);
  return { share, asked: wellFormed.length, differing: differing.map(({ name }) => name) };
}

describe.skipIf(!asked)("libvirt's schema, as xmllint reads it", () => {
  it('the files of the corpus', async () => {
    const documents = FOLDERS.flatMap((folder) => filesIn(corpus, folder));
    const { share, asked, differing } = await agreement(documents);
    expect(asked).toBeGreaterThan(1_600);
    expect(share, differing.join('\n')).toBeGreaterThanOrEqual(ENOUGH);
  });

  it('mutations of valid files', async () => {
    const random = randomNumbers(20_090);
    const kinds = Object.keys(MUTATIONS);
    const valid = FOLDERS.flatMap((folder) => filesIn(corpus, folder)).filter(
      ({ text }) => verdictOf(text) === 'valid',
    );
    const mutants: { name: string; text: string }[] = [];
    while (mutants.length < MUTANTS) {
      const base = valid[Math.floor(random() * valid.length)]!;
      const kind = kinds[mutants.length % kinds.length]!;
      const text = mutate(base.text, kind, random);
      if (text !== undefined) mutants.push({ name: `${mutants.length} ${kind}: ${base.name}`, text });
    }
    const { share, differing } = await agreement(mutants);
    expect(share, differing.join('\n')).toBeGreaterThanOrEqual(ENOUGH);
  });
});
