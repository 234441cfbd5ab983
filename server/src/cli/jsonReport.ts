import type { Finding } from '../service/finding.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import type { Range } from '../text/span.ts';
import type { Problem } from './problem.ts';
import { type FileReport, fileOf, type Output, type Reporter, type Summary } from './report.ts';

/** The shape of the report; a change that could break a reader of it raises the number. */
const SHAPE = 1;

/** Collects the report and writes it as one JSON value when the run ends. */
export class JsonReporter implements Reporter {
  readonly #files: object[] = [];
  readonly #problems: Problem[] = [];
  readonly #output: Output;
  readonly #version: string;

  constructor(output: Output, version: string) {
    this.#output = output;
    this.#version = version;
  }

  file(report: FileReport): void {
    const { path, suppressed } = report;
    const findings = report.findings.map((finding) => findingJson(finding, report));
    this.#files.push({ path, suppressed, findings });
  }

  problem({ path, kind, message, at }: Problem): void {
    const place = at ? `line ${at.line}, column ${at.column}: ` : '';
    this.#problems.push({ path, kind, message: place + message });
  }

  end(summary: Summary): void {
    const { files, errors, warnings, information, hints, milliseconds } = summary;
    const report = {
      version: SHAPE,
      tool: { version: this.#version },
      files: this.#files,
      problems: this.#problems,
      summary: { files, errors, warnings, information, hints, milliseconds },
    };
    this.#output(`${JSON.stringify(report, null, 2)}\n`);
  }
}

/** Findings and their edits are of the one file; what they relate to may be in another one. */
function findingJson(finding: Finding, report: FileReport): object {
  const { path, lines, fixesOf } = report;
  const { rule, dialect, guest, severity, message, tags } = finding;
  return {
    rule,
    dialect,
    ...(guest === undefined ? {} : { guest }),
    severity,
    message,
    tags,
    range: rangeJson(finding.span, lines),
    related: finding.related.map((related) => {
      const file = fileOf(report, related.span);
      return { path: file.path, range: rangeJson(related.span, file.lines), message: related.message };
    }),
    fixes: fixesOf(finding).map(({ title, applicability, edits }) => ({
      title,
      applicability,
      edits: edits.map(({ range, newText }) => ({ path, range: rangeJson(range, lines), newText })),
    })),
  };
}

const rangeJson = ({ start, end }: Range, lines: LineIndex): object => ({
  start: positionJson(start, lines),
  end: positionJson(end, lines),
});

/** Lines and columns start at 1; columns count UTF-16 units. */
function positionJson(offset: number, lines: LineIndex): object {
  const { line, character } = lines.positionAt(offset);
  return { line: line + 1, column: character + 1 };
}
