import * as path from 'node:path';
import { provideOwnDataFiles } from '../lsp/dataFiles.ts';
import { siblingsOf } from '../lsp/siblings.ts';
import { analyze } from '../service/analyze.ts';
import { describeDerivation } from '../service/derivationText.ts';
import { type Derivation, derivationsAt } from '../service/derive.ts';
import { carrierOf } from '../text/carrier.ts';
import { harmless } from '../text/harmless.ts';
import { LineIndex } from '../text/lineIndex.ts';
import type { ExplainAtOptions } from './arguments.ts';
import { UsageError } from './options.ts';
import { FileTrouble, type Problem } from './problem.ts';
import { readNamed } from './read.ts';
import type { Output } from './report.ts';
import { Choices } from './settings.ts';
import type { Style } from './style.ts';

/**
 * Prints every verdict on placement that rests on a line of a file, with its derivation.
 * @returns what is wrong with the settings or the profile; nothing is printed then.
 * @throws FileTrouble, and UsageError where no host is known or the file has no such line.
 */
export async function explainAt(
  { file, line, ...options }: ExplainAtOptions,
  output: Output,
  style: Style,
): Promise<readonly Problem[]> {
  provideOwnDataFiles();
  const problems: Problem[] = [];
  const choices = await Choices.read(options, (problem) => problems.push(problem));
  const settings = await choices?.of(file);
  if (!settings || problems.length > 0) return problems;
  if (!settings.host) {
    throw new UsageError('where a guest is can only be told of a host: name its profile with --host');
  }
  const text = readText(file);
  const lines = new LineIndex(text);
  if (line > lines.lineCount)
    throw new UsageError(`${file} has ${lines.lineCount} lines, and no line ${line}`);
  const shown = file.replaceAll(path.sep, '/');
  const carrier = carrierOf(shown);
  const source = { uri: shown, text, readSibling: siblingsOf(file), ...(carrier ? { carrier } : {}) };
  const analysis = analyze(source, settings);
  if (!analysis) throw new UsageError(`${file} holds no QEMU command and no libvirt domain`);
  const start = lines.lineStart(line - 1);
  const end = Math.max(start, lines.lineStart(line) - 1);
  const derivations = derivationsAt(analysis, { start, end });
  if (derivations.length === 0) {
    output(`${harmless(shown)}:${line}: no verdict on placement rests on this line.\n`);
  }
  const placeOf = (offset: number): string => `${harmless(shown)}:${lines.positionAt(offset).line + 1}`;
  output(derivations.map((each) => print(each, placeOf, style)).join('\n'));
  return [];
}

/** @throws FileTrouble that names the file, as there is one only. */
function readText(file: string): string {
  try {
    return readNamed(file, false).text;
  } catch (error) {
    throw error instanceof FileTrouble ? new FileTrouble(error.kind, `${file}: ${error.message}`) : error;
  }
}

/** Of a verdict that does not hold and that no finding speaks of. */
const UNREPORTED =
  'Not reported by itself: another finding names the cause, or the rule is off or suppressed.';

function print(derivation: Derivation, placeOf: (offset: number) => string, style: Style): string {
  const { title, facts, doubts, cost } = describeDerivation(derivation);
  const { finding, verdict } = derivation;
  const places = facts.map((fact) =>
    'span' in fact ? placeOf(fact.span.start) : `profile ${harmless(fact.field)}`,
  );
  const width = Math.max(...places.map((place) => place.length));
  const rows = facts.map(({ text }, i) => `  ${style.faint(places[i]!.padEnd(width))}  ${harmless(text)}\n`);
  return [
    `${style.bold(harmless(title))}\n`,
    ...(finding
      ? [
          `  ${style.severity(finding.severity, finding.severity)} ${finding.rule}: ${harmless(finding.message)}\n`,
        ]
      : []),
    ...(finding || verdict.holds ? [] : [`  ${UNREPORTED}\n`]),
    ...rows,
    ...(cost === undefined ? [] : [`  ${harmless(cost)}\n`]),
    ...doubts.map((doubt) => `  ${style.faint('Could make it wrong:')} ${doubt}\n`),
  ].join('');
}
