import {
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type Hover as LspHover,
  type Range as LspRange,
  type TextEdit as LspTextEdit,
  type MarkupContent,
  type Position,
} from 'vscode-languageserver';
import type { Severity, Tag } from '../rules/define.ts';
import type { ConfigProblem } from '../service/config.ts';
import type { Finding } from '../service/finding.ts';
import type { Hover } from '../service/hover.ts';
import type { TextEdit } from '../text/edit.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import type { Range } from '../text/span.ts';
import type { Client } from './client.ts';
import type { RulePages } from './rulePages.ts';

// The only place that knows both our words and those of the protocol.

export const SOURCE = 'virtlens';

const SEVERITIES: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const TAGS: Record<Tag, DiagnosticTag> = {
  unnecessary: DiagnosticTag.Unnecessary,
  deprecated: DiagnosticTag.Deprecated,
};

export const toRange = (lines: LineIndex, range: Range): LspRange => ({
  start: lines.positionAt(range.start),
  end: lines.positionAt(range.end),
});

/** Positions come from outside: what lies beyond the text, or is no number, is drawn to its nearest end. */
export function fromPosition(lines: LineIndex, { line, character }: Position): number {
  if (!(line >= 0)) return 0;
  const start = lines.lineStart(Math.floor(line));
  const end = lines.lineStart(Math.floor(line) + 1);
  return Math.min(start + Math.max(0, Math.floor(character) || 0), end);
}

/** The same for both ends; a range whose end lies before its start is empty. */
export function fromRange(lines: LineIndex, range: LspRange): Range {
  const start = fromPosition(lines, range.start);
  return { start, end: Math.max(start, fromPosition(lines, range.end)) };
}

export const toTextEdits = (lines: LineIndex, edits: readonly TextEdit[]): LspTextEdit[] =>
  edits.map(({ range, newText }) => ({ range: toRange(lines, range), newText }));

export function toDiagnostic(
  lines: LineIndex,
  finding: Finding,
  client: Pick<Client, 'showsRelated' | 'linksCodes'>,
  pages: RulePages,
): Diagnostic {
  const href = client.linksCodes ? pages(finding.rule) : undefined;
  const related = client.showsRelated ? finding.related : [];
  return {
    range: toRange(lines, finding.span),
    severity: SEVERITIES[finding.severity],
    source: SOURCE,
    code: finding.rule,
    message: finding.message,
    ...(href ? { codeDescription: { href } } : {}),
    ...(finding.tags.length > 0 ? { tags: finding.tags.map((tag) => TAGS[tag]) } : {}),
    ...(related.length > 0
      ? {
          relatedInformation: related.map(({ span, message }) => ({
            location: { uri: span.uri, range: toRange(lines, span) },
            message,
          })),
        }
      : {}),
  };
}

/** What is wrong with a virtlens.json. */
export const toProblemDiagnostic = (lines: LineIndex, { at, message }: ConfigProblem): Diagnostic => ({
  range: toRange(lines, at),
  severity: DiagnosticSeverity.Error,
  source: SOURCE,
  message,
});

/** Markdown, or its plain text for clients that show nothing else. */
export const toMarkup = (text: string, markdown: boolean): MarkupContent =>
  markdown ? { kind: 'markdown', value: text } : { kind: 'plaintext', value: text.replace(/\*\*|`/g, '') };

export const toHover = (lines: LineIndex, hover: Hover, markdown: boolean): LspHover => ({
  range: toRange(lines, hover.range),
  contents: toMarkup(hover.markdown, markdown),
});
