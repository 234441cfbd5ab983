import type { Finding } from '../service/finding.ts';
import type { ResolvedFix } from '../service/fixes.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import type { Span } from '../text/span.ts';
import type { Problem } from './problem.ts';

/** What is to be said of a file: after fixing, if it was fixed. */
export interface FileReport {
  readonly path: string;
  readonly text: string;
  readonly lines: LineIndex;
  readonly findings: readonly Finding[];
  /** The fixes of a finding that lead somewhere. Each is tried out, so ask only for what is shown. */
  readonly fixesOf: (finding: Finding) => readonly ResolvedFix[];
  /** Findings that a comment in the file silences. */
  readonly suppressed: number;
  /** True for a file that the user named although there is nothing to check in it. */
  readonly idle: boolean;
  /** Whether the file was changed; with --diff, whether it would be. */
  readonly changed: boolean;
  /** Other files of the run that findings relate to, by their path; none where files are told of as they are read. */
  readonly others?: ReadonlyMap<string, FileText>;
}

/** A text, and how to find lines in it. */
export type FileText = Pick<FileReport, 'path' | 'text' | 'lines'>;

/** The file that a place is in. */
export const fileOf = (report: FileReport, { uri }: Span): FileText =>
  uri === report.path ? report : (report.others?.get(uri) ?? report);

/** The whole run in numbers. */
export interface Summary {
  readonly files: number;
  readonly errors: number;
  readonly warnings: number;
  readonly information: number;
  readonly hints: number;
  /** Wall time, the start of the program included. */
  readonly milliseconds: number;
}

/** Says what is found, as it is found. */
export interface Reporter {
  file(report: FileReport): void;
  problem(problem: Problem): void;
  end(summary: Summary): void;
}

/** Takes text to where the user reads it. */
export type Output = (text: string) => void;
