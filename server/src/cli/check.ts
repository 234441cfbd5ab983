import { provideOwnDataFiles } from '../lsp/dataFiles.ts';
import { siblingsOf } from '../lsp/siblings.ts';
import { type Analysis, analyze } from '../service/analyze.ts';
import { fixAll, repair, resolveFixes } from '../service/fixes.ts';
import type { Settings } from '../service/settings.ts';
import { findClaimedTwice } from '../service/together.ts';
import type { Progress } from '../start/program.ts';
import { carrierOf } from '../text/carrier.ts';
import { applyEdits, type TextEdit } from '../text/edit.ts';
import { LineIndex } from '../text/lineIndex.ts';
import type { CheckOptions, FailOn } from './arguments.ts';
import { discover, type Input } from './discover.ts';
import { FileTrouble, type Problem } from './problem.ts';
import { type FileText, readFound, readNamed, readStandardInput } from './read.ts';
import type { FileReport, Output, Reporter, Summary } from './report.ts';
import { Choices } from './settings.ts';
import { unifiedDiff } from './unifiedDiff.ts';
import { replaceText } from './writeFile.ts';

/** What a run of the program comes to; the numbers are promised to scripts. */
export const EXIT = { fine: 0, findings: 1, trouble: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * Checks files, and fixes them if asked to. Never throws for what is in them: trouble with one is reported, and the
 * others go on.
 * @param product takes what a run makes besides its report: diffs, and standard input when it is fixed.
 */
export async function check(
  options: CheckOptions,
  reporter: Reporter,
  product: Output,
  progress: Progress,
): Promise<ExitCode> {
  provideOwnDataFiles();
  const run = new Run(options, reporter, product, progress);
  const choices = await Choices.read(options, (problem) => run.problem(problem));
  if (choices) {
    const { inputs, problems } = discover(options.paths);
    for (const problem of problems) run.problem(problem);
    for (const input of inputs) {
      const { file, named } = input;
      if (!named && (await choices.ignore(file!))) continue;
      // The command line of a process is in no folder of guests, wherever the system shows it.
      const settings = await choices.of(options.argv && named ? undefined : file);
      if (settings) await run.check(input, settings);
    }
  }
  const code = run.end();
  progress.does(options.format);
  progress.does(options.fixing);
  progress.settled();
  return code;
}

class Run {
  readonly #options: CheckOptions;
  readonly #reporter: Reporter;
  readonly #product: Output;
  readonly #counts = { files: 0, error: 0, warning: 0, information: 0, hint: 0 };
  /** Where guests share a host, files are told of once all of them are known. */
  readonly #held: { readonly report: FileReport; readonly analysis: Analysis | undefined }[] = [];
  readonly #progress: Progress;
  #problems = 0;
  #changed = false;

  constructor(options: CheckOptions, reporter: Reporter, product: Output, progress: Progress) {
    this.#progress = progress;
    this.#options = options;
    this.#reporter = reporter;
    this.#product = product;
  }

  problem(problem: Problem): void {
    this.#problems++;
    this.#reporter.problem(problem);
  }

  async check(input: Input, settings: Settings): Promise<void> {
    try {
      const content = await this.#read(input);
      if (content) this.#checkText(input, content, settings);
    } catch (error) {
      this.#trouble(input, error);
    }
  }

  end(): ExitCode {
    this.#release();
    const { files, error, warning, information, hint } = this.#counts;
    const summary: Summary = {
      files,
      errors: error,
      warnings: warning,
      information,
      hints: hint,
      milliseconds: Math.round(process.uptime() * 1000),
    };
    this.#reporter.end(summary);
    if (this.#problems > 0) return EXIT.trouble;
    const differs = this.#options.diff && this.#changed;
    return differs || fails(summary, this.#options.failOn) ? EXIT.findings : EXIT.fine;
  }

  /** Turns what went wrong with a file into a problem. */
  #trouble({ path }: Input, error: unknown): void {
    if (error instanceof FileTrouble) {
      this.problem({ path, kind: error.kind, message: error.message });
    } else {
      const message = `the check failed, which is a mistake in VirtLens: ${String(error)}`;
      this.problem({ path, kind: 'internal', message });
    }
  }

  async #read({ file, named }: Input): Promise<FileText | undefined> {
    const { argv, dialect } = this.#options;
    if (file === undefined) return readStandardInput(argv);
    return named ? readNamed(file, argv) : readFound(file, dialect);
  }

  #checkText(input: Input, content: FileText, settings: Settings): void {
    const { path, file } = input;
    const { argv, dialect, fixing } = this.#options;
    const carrier = carrierOf(path);
    // What lies in a folder is no command line of a process.
    const source = {
      uri: path,
      text: content.text,
      argv: argv && input.named,
      ...(dialect ? { dialect } : {}),
      ...(carrier ? { carrier } : {}),
      ...(file === undefined ? {} : { readSibling: siblingsOf(file) }),
    };
    const analysis = analyze(source, settings);
    if (analysis) this.#progress.does(analysis.document.dialect);
    this.#report(input, content, fixing === 'none' ? analysis : this.#fix(input, content, analysis, fixing));
  }

  /** Returns what is to be reported: the fixed text, or the old one where the new one could not be written. */
  #fix(
    input: Input,
    content: FileText,
    analysis: Analysis | undefined,
    fixing: 'safe' | 'repair',
  ): Analysis | undefined {
    const fixed = analysis && applyFixes(analysis, fixing);
    try {
      this.#deliver(input, content, fixed?.source.text ?? content.text);
      return fixed;
    } catch (error) {
      this.#trouble(input, error);
      return analysis;
    }
  }

  /** Brings a fixed text to where it belongs. @throws FileTrouble */
  #deliver({ path, file }: Input, content: FileText, text: string): void {
    const { bom } = content;
    if (this.#options.diff) this.#product(unifiedDiff(path, bom + content.text, bom + text));
    else if (file === undefined) this.#product(bom + text);
    else if (text !== content.text) replaceText(file, content, text);
  }

  #report({ path, named }: Input, content: FileText, analysis: Analysis | undefined): void {
    const text = analysis?.source.text ?? content.text;
    const findings = analysis?.findings ?? [];
    const report: FileReport = {
      path,
      text,
      lines: new LineIndex(text),
      findings,
      fixesOf: (finding) => resolveFixes(analysis!, finding),
      suppressed: analysis?.suppressed.length ?? 0,
      idle: named && (analysis?.document.subjects.length ?? 0) === 0,
      changed: text !== content.text,
    };
    if (analysis?.settings.host || this.#held.length > 0) this.#held.push({ report, analysis });
    else this.#tell(report, analysis);
  }

  /** Adds what guests of several files have in common. */
  #release(): void {
    const shared = findClaimedTwice(this.#held.flatMap(({ analysis }) => analysis ?? []));
    const others = new Map(this.#held.map(({ report }) => [report.path, report]));
    for (const { report, analysis } of this.#held) {
      const more = (analysis && shared.get(analysis)) ?? [];
      const findings = [...report.findings, ...more].sort((a, b) => a.span.start - b.span.start);
      this.#tell({ ...report, findings, others }, analysis);
    }
  }

  #tell(report: FileReport, analysis: Analysis | undefined): void {
    const { path, findings } = report;
    this.#counts.files++;
    for (const { severity } of findings) this.#counts[severity]++;
    if (report.changed) this.#changed = true;
    this.#reporter.file(report);
    const failures = new Map(analysis?.failures.map(({ rule, message }) => [rule, message]));
    for (const [rule, message] of failures) {
      this.problem({
        path,
        kind: 'internal',
        message: `rule ${rule} failed, the others went on: ${message}`,
      });
    }
  }
}

function applyFixes(analysis: Analysis, fixing: 'safe' | 'repair'): Analysis {
  const repaired = fixing === 'repair' ? withEdits(analysis, repair(analysis)) : analysis;
  return withEdits(repaired, fixAll(repaired));
}

function withEdits(analysis: Analysis, edits: readonly TextEdit[]): Analysis {
  if (edits.length === 0) return analysis;
  const text = applyEdits(analysis.source.text, edits);
  return analyze({ ...analysis.source, text }, analysis.settings) ?? analysis;
}

function fails({ errors, warnings }: Summary, failOn: FailOn): boolean {
  if (failOn === 'never') return false;
  return errors > 0 || (failOn === 'warning' && warnings > 0);
}
