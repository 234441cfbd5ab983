import type { Related } from '../rules/define.ts';
import type { Range } from '../text/span.ts';
import type { Problem } from './problem.ts';
import type { FileReport, Output, ReportedFinding, Reporter, Summary } from './report.ts';
import { snippet } from './snippet.ts';
import { harmless, type Style } from './style.ts';

/** Where text goes, and how it is painted there. */
interface Sink {
  readonly write: Output;
  readonly style: Style;
}

interface Setup {
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
    for (const reported of report.findings) {
      const { fixes } = reported;
      if (fixes.some((fix) => fix.applicability === 'safe')) this.#fixable++;
      else if (reported.finding.severity === 'error' && fixes.length > 0) this.#suggestions++;
      this.#setup.report.write(`${this.#render(reported, report)}\n`);
    }
    if (report.idle) {
      this.#setup.trouble.write(
        `note: ${harmless(report.path)}: holds no QEMU command and no libvirt domain\n`,
      );
    }
  }

  problem({ path, message, at }: Problem): void {
    this.#problems++;
    const place = harmless(path) + (at ? `:${at.line}:${at.column}` : '');
    const { write, style } = this.#setup.trouble;
    write(`${style.severity('error', 'error')}: ${place}: ${harmless(message)}\n`);
  }

  end(summary: Summary): void {
    this.#setup.report.write(`${this.#counted(summary)}\n`);
    const { bold } = this.#style;
    const remedies = [
      ...(this.#fixable > 0 ? [`${count(this.#fixable, 'finding')} can be fixed with ${bold('--fix')}`] : []),
      ...(this.#suggestions > 0
        ? [`${count(this.#suggestions, 'error')} can be mended with ${bold('--repair')}, which makes choices`]
        : []),
    ];
    if (remedies.length > 0) this.#setup.report.write(`${remedies.join('; ')}\n`);
  }

  #counted(summary: Summary): string {
    const { files, errors, warnings, information, hints, milliseconds } = summary;
    if (files === 0) {
      return this.#problems > 0
        ? 'No file was checked.'
        : 'No file holds a QEMU command or a libvirt domain.';
    }
    const levels = [
      ...(errors > 0 ? [this.#style.severity('error', count(errors, 'error'))] : []),
      ...(warnings > 0 ? [this.#style.severity('warning', count(warnings, 'warning'))] : []),
      ...(information > 0 ? [this.#style.severity('information', `${information} information`)] : []),
      ...(hints > 0 ? [this.#style.severity('hint', count(hints, 'hint'))] : []),
    ];
    const found = levels.length > 0 ? levels.join(', ') : 'No findings';
    const more = [
      ...(this.#changed > 0 ? [`${this.#changed} ${this.#setup.preview ? 'to change' : 'changed'}`] : []),
      ...(this.#suppressed > 0 ? [`${count(this.#suppressed, 'finding')} suppressed`] : []),
      `${milliseconds} ms`,
    ];
    return `${found} in ${count(files, 'file')} (${more.join(', ')})`;
  }

  #render({ finding, fixes }: ReportedFinding, report: FileReport): string {
    const { severity, rule, message, span, related } = finding;
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
    const head = `  ${place(report, span)}: ${harmless(message)}\n`;
    return head + this.#snippet(report, span, this.#style.faint);
  }

  #snippet({ text, lines }: FileReport, range: Range, paint: (text: string) => string): string {
    return snippet(text, lines, range, this.#style, paint);
  }
}

function place({ path, lines }: FileReport, { start }: Range): string {
  const { line, character } = lines.positionAt(start);
  return `${harmless(path)}:${line + 1}:${character + 1}`;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
