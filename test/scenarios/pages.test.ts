import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { rules } from '../../server/src/generated/rules.ts';
import { languagesOf, type Rule } from '../../server/src/rules/define.ts';
import { identityOf } from '../../server/src/service/finding.ts';
import { resolveFixes } from '../../server/src/service/fixes.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import {
  analyzeBlock,
  type Block,
  findingsOf,
  pagesFolder,
  readAllPages,
  render,
  updatePage,
} from '../lib/scenario.ts';

// UPDATE=1 rewrites the expectations of all pages, UPDATE=numa-cpus-overlap those of one.
const { UPDATE } = process.env;
const outdated = fs
  .readdirSync(pagesFolder)
  .filter((name) => UPDATE === '1' || UPDATE === path.basename(name, '.md'));
if (UPDATE && outdated.length === 0) throw new Error(`UPDATE=${UPDATE}: there is no test/rules/${UPDATE}.md`);
for (const name of outdated) updatePage(path.join(pagesFolder, name));

const blocks = readAllPages();

/** What is about comments, or about several files, no block shows. */
const speaksOfOneGuest = ({ reads }: Rule): boolean => reads !== 'suppressions' && reads !== 'guests';

describe('every rule has a page, and every page a rule', () => {
  const pages = fs.readdirSync(pagesFolder).map((name) => path.basename(name, '.md'));
  it.each(rules)('$name', ({ name }) => expect(pages).toContain(name));
  it.each(pages)('%s', (page) => {
    const rule = rules.find(({ name }) => name === page);
    expect(rule, `server/src/rules/*/${page}.ts is missing, or its name has no hyphen`).toBeDefined();
  });
});

describe('pages', () => {
  it.each(blocks)('$title says what is expected', (block) => {
    expect(render(block, analyzeBlock(block))).toBe(block.expected);
  });

  it.each(rules.filter(speaksOfOneGuest))('$name is both found and silent', ({ name }) => {
    const own = blocks.filter((block) => block.rule === name);
    const speaks = (block: Block): boolean => block.expected.includes(` ${name}: `);
    expect(own.some(speaks), `test/rules/${name}.md shows no mistake that the rule finds`).toBe(true);
    expect(
      own.some((block) => !speaks(block)),
      `test/rules/${name}.md shows no near miss: a block without an expect fence, in which the rule stays silent`,
    ).toBe(true);
  });
});

/** In XML it takes 129 cells. */
const TOO_LONG_FOR_BOTH = new Set(['numa-node-limit']);

describe('a page shows the mistake in just the languages that its rule is said to serve', () => {
  it.each(rules.filter((rule) => speaksOfOneGuest(rule) && !TOO_LONG_FOR_BOTH.has(rule.name)))(
    '$name',
    (rule) => {
      const speaking = blocks.filter((block) => block.expected.includes(` ${rule.name}: `));
      const shown = new Set(
        speaking.filter((block) => block.rule === rule.name).map((block) => block.dialect),
      );
      expect(
        [...shown].sort(),
        `the languages in which test/rules/${rule.name}.md shows the mistake`,
      ).toEqual(languagesOf(rule).toSorted());
    },
  );
});

describe('invariant 5: a fix makes its finding disappear and brings no new error', () => {
  const withFixes = blocks.filter((block) => /^fix /m.test(block.expected));
  it.each(withFixes)('$title', (block) => {
    const analysis = analyzeBlock(block);
    const errors = analysis.findings.filter((finding) => finding.severity === 'error').map(identityOf);
    for (const finding of analysis.findings) {
      for (const fix of resolveFixes(analysis, finding)) {
        const after = analyzeBlock(block, applyEdits(block.text, fix.edits));
        const left = (identity: string): number =>
          after.findings.filter((f) => identityOf(f) === identity).length;
        const had = analysis.findings.filter((f) => identityOf(f) === identityOf(finding)).length;
        expect(left(identityOf(finding)), fix.title).toBeLessThan(had);
        if (rules.find(({ name }) => name === finding.rule)?.reveals) continue;
        for (const error of after.findings.filter((f) => f.severity === 'error')) {
          expect(errors, fix.title).toContain(identityOf(error));
        }
      }
    }
  });
});

describe('invariant 4: a rule is silent about what is not known', () => {
  const spoken = blocks.filter((block) => block.expected !== '');
  it.each(spoken)('$title', (block) => {
    const analysis = analyzeBlock(block);
    for (const finding of findingsOf(block, analysis)) {
      const hidden = hide(block, finding.span);
      if (hidden === undefined) continue;
      const after = analyzeBlock(block, hidden);
      const same = after.findings.filter(
        (other) => identityOf(other) === identityOf(finding) && other.span.start === finding.span.start,
      );
      expect(same, `${finding.rule} speaks although its text is unknown`).toEqual([]);
    }
  });
});

/** The block with the characters of a finding made unknowable; undefined where they are no value. */
function hide(block: Block, span: { start: number; end: number }): string | undefined {
  const { text, dialect } = block;
  const before = text[span.start - 1] ?? '';
  const value =
    dialect === 'qemu' ? /[=,]/.test(before) : /['"]/.test(before) && /['"]/.test(text[span.end] ?? '');
  if (!value || text[span.start - 1] === '\\') return undefined;
  return (
    text.slice(0, span.start) + (dialect === 'qemu' ? '$(choose)' : '{{ choice }}') + text.slice(span.end)
  );
}

describe('half-typed text', () => {
  it.each(blocks.map((block, i) => ({ ...block, i })))(
    '$title survives being cut anywhere',
    ({ i, ...block }) => {
      // A dozen cuts of each block, in other places of each, are as good as thousands in those of one.
      const step = Math.max(10, Math.ceil(block.text.length / 12));
      for (let end = i % step; end <= block.text.length; end += step) {
        const text = block.text.slice(0, end);
        let analysis: ReturnType<typeof analyzeBlock>;
        try {
          analysis = analyzeBlock(block, text);
        } catch (error) {
          if (String(error).includes('none of our business')) continue;
          throw error;
        }
        for (const finding of analysis.findings) {
          expect(finding.span.end).toBeLessThanOrEqual(text.length);
          expect(finding.span.start).toBeLessThanOrEqual(finding.span.end);
        }
      }
    },
  );
});
