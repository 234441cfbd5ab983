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

/** The report of something said before, where the command line stands now. */
export class Repeated implements Report {
  readonly message: string;
  readonly severity: Severity | undefined;
  readonly tags: readonly Tag[] | undefined;
  readonly at: Span;
  readonly related: readonly Related[];
  readonly #again: () => readonly Report[];
  #whole: Report | undefined;

  /** @param again asks the rule once more, for what is seldom needed: how to mend it, what it follows from */
  constructor(said: Said, line: CommandLine, again: () => readonly Report[]) {
    const place = (range: Range): Span => spanOf(line.uri, moved(range, line.command.start));
    this.message = said.message;
    this.severity = said.severity;
    this.tags = said.tags;
    this.at = place(said.at);
    this.related = said.related.map((each) => ({ span: place(each), message: each.message }));
    this.#again = again;
  }

  get fixes(): Report['fixes'] {
    return this.#asked()?.fixes;
  }

  get proof(): Report['proof'] {
    return this.#asked()?.proof;
  }

  #asked(): Report | undefined {
    this.#whole ??= this.#again().find(({ message, at }) => message === this.message && isSame(at, this.at));
    return this.#whole;
  }
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
