import { dataGeneration } from '../catalogue/dataFiles.ts';
import type { CommandLine } from '../dialects/qemu/commandLine.ts';
import type { Related, Report, Rule, Severity, Tag } from '../rules/define.ts';
import { type Range, type Span, spanOf } from '../text/span.ts';
import { oncePer } from '../values/oncePer.ts';

/** What a rule said of a command line, with places counted from the name of the program. */
export interface Said {
  readonly rule: Rule;
  readonly message: string;
  readonly severity: Severity | undefined;
  readonly tags: readonly Tag[] | undefined;
  readonly at: Range;
  readonly related: readonly (Range & { readonly message: string })[];
}

/** What is known of a command line that was read before. */
export interface Known {
  /** The rules that had something to say; the others have nothing to say again. */
  readonly speaking: readonly Rule[];
  /** All that there is to say, where none of it speaks of a place outside of the command line. */
  readonly said: readonly Said[] | undefined;
}

/** More guests than anybody types in at once; each takes a few kilobytes. */
const MOST = 64;

/**
 * What rules had to say about command lines, for the time when one is read again, at another place of the document: while
 * somebody types in one guest of a script, the others stay what they are. A rule knows nothing but the command line and the
 * settings, and so it says the same.
 */
class Memory {
  readonly #known = new Map<string, Known>();
  #generation = dataGeneration();

  /** @param key see sameness() */
  get(key: string): Known | undefined {
    if (this.#generation !== dataGeneration()) this.#known.clear();
    this.#generation = dataGeneration();
    return this.#known.get(key);
  }

  set(key: string, known: Known): void {
    // What was asked for last is forgotten last.
    this.#known.delete(key);
    this.#known.set(key, known);
    if (this.#known.size > MOST) this.#known.delete(this.#known.keys().next().value!);
  }
}

/** Of the rules of one choice of settings; other settings, or a copy of them, come with a list of their own. */
export const memoryOf = oncePer((_rules: readonly Rule[]) => new Memory());

/** Undefined where a report speaks of a place that need not move together with the command line. */
export function saidOf(
  line: CommandLine,
  reports: readonly { readonly rule: Rule; readonly report: Report }[],
): readonly Said[] | undefined {
  const said: Said[] = [];
  const { start: origin } = line.command;
  const isOwn = placesOf(line);
  for (const { rule, report } of reports) {
    const { message, severity, tags, at, related = [] } = report;
    if (![at, ...related.map(({ span }) => span)].every(isOwn)) return undefined;
    said.push({
      rule,
      message,
      severity,
      tags,
      at: moved(at, -origin),
      related: related.map(({ span, message: text }) => ({ ...moved(span, -origin), message: text })),
    });
  }
  return said;
}

/**
 * The report of something said before, where the command line stands now.
 * @param again asks the rule once more, for what is seldom needed: how to mend it, what it follows from
 */
export function repeated(said: Said, line: CommandLine, again: () => readonly Report[]): Report {
  const { message, severity, tags } = said;
  const place = (range: Range): Span => spanOf(line.uri, moved(range, line.command.start));
  const at = place(said.at);
  const related = said.related.map((each): Related => ({ span: place(each), message: each.message }));
  let asked: Report | undefined;
  const whole = (): Report | undefined => {
    asked ??= again().find((report) => report.message === message && isSame(report.at, at));
    return asked;
  };
  return {
    message,
    at,
    related,
    ...(severity === undefined ? {} : { severity }),
    ...(tags === undefined ? {} : { tags }),
    get fixes() {
      return whole()?.fixes;
    },
    get proof() {
      return whole()?.proof;
    },
  };
}

const moved = ({ start, end }: Range, by: number): Range => ({ start: start + by, end: end + by });

const isSame = (a: Range, b: Range): boolean => a.start === b.start && a.end === b.end;

/** Whether something stands in the command, or begins and ends in words of it: those in a list of arguments are elsewhere. */
function placesOf(line: CommandLine): (span: Span) => boolean {
  const words = [
    ...line.options.flatMap(({ word, argument }) => (argument ? [word, argument] : [word])),
    ...line.strays,
    ...line.prefixes.flatMap((prefix) => prefix.words),
  ];
  const isIn = (offset: number, { start, end }: Range): boolean => start <= offset && offset <= end;
  const isKnown = (offset: number): boolean =>
    isIn(offset, line.span) || words.some(({ range }) => isIn(offset, range));
  return ({ uri, start, end }) => uri === line.uri && isKnown(start) && isKnown(end);
}
