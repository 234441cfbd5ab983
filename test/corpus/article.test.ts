import { describe, expect, it } from 'vitest';
import { rules } from '../../server/src/generated/rules.ts';
import { LineIndex } from '../../server/src/text/lineIndex.ts';
import { analyzeText, article, filesIn, isThere, rowsOf } from '../lib/shared.ts';

const known = new Set(rules.map((rule) => rule.name));
const rows = rowsOf(article, 'expected.tsv').filter((row) => known.has(row.rule!));

describe('the founding article', () => {
  it.skipIf(!isThere(article))('has rows for the rules that there are', () =>
    expect(rows.length).toBeGreaterThan(15),
  );

  it.skipIf(!isThere(article)).each(rows)('$file:$line $rule', (row) => {
    const { text } = filesIn(article).find(({ name }) => name === row.file)!;
    const lines = new LineIndex(text);
    const places = analyzeText(row.file!, text)!
      .findings.filter((finding) => finding.rule === row.rule)
      .map(({ span, severity }) => ({
        line: String(lines.positionAt(span.start).line + 1),
        text: text.slice(span.start, span.end),
        severity,
      }));
    expect(places).toContainEqual({ line: row.line, text: row.characters, severity: row.severity });
  });

  it.skipIf(!isThere(article)).each(['1-virtio-gpu.sh', '2-domain.xml', '3-vfio-gpu.sh'])(
    '%s has no other error',
    (file) => {
      const { text } = filesIn(article).find(({ name }) => name === file)!;
      const lines = new LineIndex(text);
      const expected = rowsOf(article, 'expected.tsv')
        .filter((row) => row.file === file && row.severity === 'error')
        .map((row) => `${row.line} ${row.rule}`);
      const errors = analyzeText(file, text)!
        .findings.filter((finding) => finding.severity === 'error')
        .map((finding) => `${lines.positionAt(finding.span.start).line + 1} ${finding.rule}`);
      for (const error of errors) expect(expected).toContain(error);
    },
  );
});
