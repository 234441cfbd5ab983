import { carriedBy } from '../dialects/carriers/carried.ts';
import type { Document } from '../dialects/document.ts';
import { readDocument, type Source } from '../dialects/read.ts';
import { rules } from '../generated/rules.ts';
import type { Rule } from '../rules/define.ts';
import { spanOf } from '../text/span.ts';
import type { Finding } from './finding.ts';
import { joinParts, type Part } from './parts.ts';
import { runRules } from './runRules.ts';
import { isActive, type Settings, severityUnder } from './settings.ts';
import { applySuppressions } from './suppressions.ts';
import type { RuleFailure } from './tell.ts';

/** All that is known of one text under one choice of settings. */
export interface Analysis {
  readonly source: Source;
  readonly settings: Settings;
  /** In a text that carries others its guests are those of the parts, and so are their places. */
  readonly document: Document;
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly failures: readonly RuleFailure[];
  /** What a text carries that is not read as a whole. */
  readonly parts?: readonly Part[];
}

/**
 * Reads a text and runs the rules over it. Pure: the same text and settings give the same findings.
 * Returns undefined for a text that is none of our business.
 */
export function analyze(source: Source, settings: Settings): Analysis | undefined {
  const carried = carriedBy(source);
  if (!carried) return analyzeWhole(source, settings);
  const parts = carried.flatMap(({ dialect, excerpt }) => {
    const analysis = analyzeWhole({ uri: source.uri, text: excerpt.text, dialect }, settings);
    return analysis ? [{ excerpt, analysis }] : [];
  });
  return joinParts(source, settings, parts);
}

function analyzeWhole(source: Source, settings: Settings): Analysis | undefined {
  const document = readDocument(source);
  if (!document) return undefined;
  const { findings, failures } = runRules(document, rules, settings);
  const { shown, suppressed, unused } = applySuppressions(document, findings);
  const rule = rules.find((candidate) => candidate.reads === 'suppressions');
  const all = rule ? [...shown, ...unusedFindings(document, unused, rule, settings)] : shown;
  return { source, settings, document, findings: all, suppressed, failures };
}

function unusedFindings(
  document: Document,
  unused: readonly { start: number; end: number; rule: string }[],
  rule: Rule,
  settings: Settings,
): Finding[] {
  const severity = severityUnder(settings, rule);
  if (severity === 'off' || unused.length === 0) return [];
  // Nothing is known about what the comment suppresses while its rule says nothing.
  const silent = new Set(
    rules.filter((known) => known.reads === 'guests' || !isActive(settings, known)).map(({ name }) => name),
  );
  const certain = unused.filter((suppression) => !silent.has(suppression.rule));
  return certain.map((suppression) => ({
    rule: rule.name,
    dialect: document.dialect,
    guest: undefined,
    severity,
    message: rules.some((known) => known.name === suppression.rule)
      ? `This comment suppresses no finding of ${suppression.rule}: nothing below it breaks that rule any more.`
      : `No rule is named ${suppression.rule}: the comment suppresses nothing.`,
    tags: ['unnecessary'],
    span: spanOf(document.uri, suppression),
    related: [],
    fixes: [
      {
        title: 'Remove the comment',
        applicability: 'safe',
        changes: [
          { op: 'text', span: spanOf(document.uri, wholeLine(document.text, suppression)), newText: '' },
        ],
      },
    ],
    subject: undefined,
    variant: undefined,
  }));
}

/** The comment, with its line where nothing else stands on it. */
function wholeLine(text: string, range: { start: number; end: number }): { start: number; end: number } {
  const before = /(^|\n)[ \t]*$/.exec(text.slice(0, range.start));
  const after = /^[ \t]*\r?\n/.exec(text.slice(range.end));
  if (!before || !after) return range;
  return { start: before.index + before[1]!.length, end: range.end + after[0].length };
}
