import type { Finding } from '../service/finding.ts';
import type { ResolvedFix } from '../service/fixes.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import type { Problem } from './problem.ts';

/** A finding with the fixes that lead somewhere. */
export interface ReportedFinding {
  readonly finding: Finding;
  readonly fixes: readonly ResolvedFix[];
}

/** What is to be said of a file: after fixing, if it was fixed. */
export interface FileReport {
  readonly path: string;
  readonly text: string;
  readonly lines: LineIndex;
  readonly findings: readonly ReportedFinding[];
  /** Findings that a comment in the file silences. */
  readonly suppressed: number;
  /** True for a file that the user named although there is nothing to check in it. */
  readonly idle: boolean;
  /** Whether the file was changed; with --diff, whether it would be. */
  readonly changed: boolean;
}

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
