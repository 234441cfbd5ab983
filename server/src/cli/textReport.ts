import type { Related } from '../rules/define.ts';
import type { Finding } from '../service/finding.ts';
import { harmless } from '../text/harmless.ts';
import type { Range } from '../text/span.ts';
import { closingLine, count } from './closingLine.ts';
import type { Problem } from './problem.ts';
import { type FileReport, type FileText, fileOf, type Reporter, type Summary } from './report.ts';
import type { Sink } from './sink.ts';
import { snippet } from './snippet.ts';
import type { Style } from './style.ts';

export interface Setup {
  /** Findings and the closing line. */
  readonly report: Sink;
  /** Trouble with files, and notes. */
  readonly trouble: Sink;
  /** Whether changes are shown instead of written. */
  readonly preview: boolean;
}

/** Writes findings as compilers do: place, severity and rule, the line with a mark under the characters at fault. */
export class TextReporter implements Reporter {
  readonly #setup: Setup;
  readonly #style: Style;
  #fixable = 0;
  #suggestions = 0;
  #suppressed = 0;
  #changed = 0;
  #problems = 0;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#style = setup.report.style;
  }

  file(report: FileReport): void {
    this.#suppressed += report.suppressed;
    if (report.changed) this.#changed++;
    for (const finding of report.findings) {
      // As the rules propose them. Whether each leads somewhere is tried out by whoever applies them: for a report it
      // would take many times as long as the check itself.
      const { fixes } = finding;
      if (fixes.some((fix) => fix.applicability === 'safe')) this.#fixable++;
      else if (finding.severity === 'error' && fixes.length > 0) this.#suggestions++;
    }
    // All at once: a write waits for the reader of the pipe.
    this.#setup.report.write(report.findings.map((finding) => `${this.#render(finding, report)}\n`).join(''));
    if (report.idle) {
      this.#setup.trouble.write(
        `note: ${harmless(report.path)}: holds no QEMU command and no libvirt domain\n`,
      );
    }
  }

  problem(problem: Problem): void {
    this.#problems++;
    writeProblem(problem, this.#setup.trouble);
  }

  end(summary: Summary): void {
    const { report, preview } = this.#setup;
    const tally = { changed: this.#changed, preview, suppressed: this.#suppressed, problems: this.#problems };
    report.write(`${closingLine(summary, tally, this.#style)}\n`);
    const { bold } = this.#style;
    const remedies = [
      ...(this.#fixable > 0 ? [`${count(this.#fixable, 'finding')} can be fixed with ${bold('--fix')}`] : []),
      ...(this.#suggestions > 0
        ? [`${count(this.#suggestions, 'error')} can be mended with ${bold('--repair')}, which makes choices`]
        : []),
    ];
    if (remedies.length > 0) report.write(`${remedies.join('; ')}\n`);
  }

  #render(finding: Finding, report: FileReport): string {
    const { severity, rule, message, span, related, fixes } = finding;
    const { bold } = this.#style;
    const level = this.#style.severity(severity, severity);
    return [
      `${bold(place(report, span))}: ${level} ${bold(rule)}: ${harmless(message)}\n`,
      this.#snippet(report, span, (text) => this.#style.severity(severity, text)),
      ...related.map((other) => this.#related(report, other)),
      ...fixes.map((fix) => `  ${bold('fix')} (${fix.applicability}): ${harmless(fix.title)}\n`),
    ].join('');
  }

  #related(report: FileReport, { span, message }: Related): string {
    const file = fileOf(report, span);
    const head = `  ${place(file, span)}: ${harmless(message)}\n`;
    return head + this.#snippet(file, span, this.#style.faint);
  }

  #snippet({ text, lines }: FileText, range: Range, paint: (text: string) => string): string {
    return snippet(text, lines, range, this.#style, paint);
  }
}

/** Trouble with a file, at its place. */
export function writeProblem({ path, message, at }: Problem, { write, style }: Sink): void {
  const where = harmless(path) + (at ? `:${at.line}:${at.column}` : '');
  write(`${style.severity('error', 'error')}: ${where}: ${harmless(message)}\n`);
}

/** `path:line:column`, counted from 1. */
export function place({ path, lines }: FileText, { start }: Range): string {
  const { line, character } = lines.positionAt(start);
  return `${harmless(path)}:${line + 1}:${character + 1}`;
}
