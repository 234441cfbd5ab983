import { harmless } from '../text/harmless.ts';
import { closingLine } from './closingLine.ts';
import type { Problem } from './problem.ts';
import type { FileReport, Reporter, Summary } from './report.ts';
import { place, type Setup, writeProblem } from './textReport.ts';

/** One line for each finding, for logs and for many files: no source, and no fix is tried out. */
export class ConciseReporter implements Reporter {
  readonly #setup: Setup;
  #suppressed = 0;
  #changed = 0;
  #problems = 0;

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  file(report: FileReport): void {
    this.#suppressed += report.suppressed;
    if (report.changed) this.#changed++;
    const { write, style } = this.#setup.report;
    // All at once: a write waits for the reader of the pipe.
    write(
      report.findings
        .map(({ severity, rule, message, span }) => {
          const level = style.severity(severity, severity);
          return `${place(report, span)}: ${level} ${style.bold(rule)}: ${harmless(message)}\n`;
        })
        .join(''),
    );
  }

  problem(problem: Problem): void {
    this.#problems++;
    writeProblem(problem, this.#setup.trouble);
  }

  end(summary: Summary): void {
    const { report, preview } = this.#setup;
    const tally = { changed: this.#changed, preview, suppressed: this.#suppressed, problems: this.#problems };
    report.write(`${closingLine(summary, tally, report.style)}\n`);
  }
}
