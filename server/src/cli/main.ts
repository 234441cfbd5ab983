import { version } from '../../../package.json';
import type { Progress } from '../start/program.ts';
import { type CheckOptions, parseCommand } from './arguments.ts';
import { check, EXIT, type ExitCode } from './check.ts';
import { ConciseReporter } from './conciseReport.ts';
import { explain } from './explain.ts';
import { explainAt } from './explainAt.ts';
import { hostCommand } from './host.ts';
import { JsonReporter } from './jsonReport.ts';
import { serve } from './lsp.ts';
import { UsageError } from './options.ts';
import { FileTrouble, systemMessage } from './problem.ts';
import type { Reporter } from './report.ts';
import { listRules } from './rules.ts';
import { StreamSink } from './sink.ts';
import { TextReporter } from './textReport.ts';

const output = new StreamSink(() => process.stdout, cannotWrite);
const trouble = new StreamSink(() => process.stderr, cannotWrite);

function cannotWrite(error: NodeJS.ErrnoException): void {
  // A reader that has seen enough, such as head, closes the pipe: no reason to complain.
  if (error.code === 'EPIPE') return;
  trouble.write(`virtlens: the output cannot be written: ${systemMessage(error)}\n`);
  process.exit(EXIT.trouble);
}

/** Returns undefined where the process goes on. */
async function run(args: readonly string[], progress: Progress): Promise<ExitCode | undefined> {
  const command = parseCommand(args);
  switch (command.name) {
    case 'help':
      output.write(command.text);
      return EXIT.fine;
    case 'version':
      output.write(`virtlens ${version}\n`);
      return EXIT.fine;
    case 'check':
      return check(command.options, reporterFor(command.options), output.write, progress);
    case 'explain':
      explain(command.rule, output.write);
      return EXIT.fine;
    case 'explain-at': {
      const problems = await explainAt(command.options, output.write, output.style);
      for (const { path, message, at } of problems) {
        trouble.write(`virtlens: ${path}${at ? `:${at.line}:${at.column}` : ''}: ${message}\n`);
      }
      return problems.length > 0 ? EXIT.trouble : EXIT.fine;
    }
    case 'rules':
      listRules(command.format, output.write, output.style, version);
      return EXIT.fine;
    case 'host':
      return (await hostCommand(command, output.write, trouble.write)) ? EXIT.fine : EXIT.trouble;
    case 'lsp':
      serve();
      return undefined;
  }
}

/** The report goes to standard output, unless that carries a diff or the fixed standard input. */
function reporterFor({ format, diff, fixing, paths }: CheckOptions): Reporter {
  const taken = diff || (fixing !== 'none' && paths.includes('-'));
  const report = taken ? trouble : output;
  if (format === 'json') return new JsonReporter(report.write, version);
  const setup = { report, trouble, preview: diff };
  return format === 'concise' ? new ConciseReporter(setup) : new TextReporter(setup);
}

/** Says what kept the program from its work. */
function complain(error: unknown): void {
  if (error instanceof UsageError) {
    trouble.write(`virtlens: ${error.message}\nTry: virtlens --help\n`);
  } else if (error instanceof FileTrouble) {
    trouble.write(`virtlens: ${error.message}\n`);
  } else {
    trouble.write(
      `virtlens: a mistake in VirtLens: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
  }
}

/** Runs the command that the arguments of the process ask for; it settles once files were checked. */
export function main(progress: Progress): void {
  const args = process.argv.slice(2);
  run(args, progress).then(end, (error: unknown) => {
    complain(error);
    end(EXIT.trouble);
  });
}

/**
 * Ends the process, as soon as nothing is on its way to a pipe any more. By itself it would first wait for the engine, which
 * goes on compiling what nobody will run.
 */
function end(code: ExitCode | undefined): void {
  process.exitCode = code;
  if (code !== undefined && !output.isBusy && !trouble.isBusy) process.exit();
}
