import { type ParseError, parse } from 'unbash';
import type { Range } from '../../text/span.ts';
import { findComments } from './comments.ts';
import { brokenRegion, proposeRepairs, type Repair } from './repair.ts';
import { Source } from './source.ts';
import { SourceMap } from './sourceMap.ts';
import { convertStatements } from './statements.ts';
import type { ShellProblem, ShellTree, Statement } from './tree.ts';

/** One reading of the text, after zero or more repairs. */
export interface Attempt {
  readonly source: Source;
  readonly map: SourceMap;
  readonly errors: readonly ParseError[];
  readonly statements: readonly Statement[];
}

/** Every repair costs a parse: large files get fewer. */
const LARGE = 20_000;

/**
 * Parses any text as a Bash script. Half-typed text is read speculatively: where a quote or bracket is open, the
 * missing closer is inserted at a likely place and the text is parsed again. Never throws.
 */
export function parseShell(text: string): ShellTree {
  try {
    return toTree(text, ...repaired(text));
  } catch (error) {
    // The parser is not ours. Whatever goes wrong in it must not take the editor down.
    const range = { start: 0, end: text.length };
    const message = `not readable: ${error instanceof Error ? error.message : String(error)}`;
    return {
      statements: [],
      comments: [],
      problems: [{ range, message }],
      repairedRegions: [range],
      commands: [],
      assignments: [],
      functions: [],
      verbatim: [],
      arithmetic: [],
    };
  }
}

function repaired(text: string): [first: Attempt, last: Attempt, regions: Range[]] {
  const first = attempt(withoutCarriageReturns(text), text, SourceMap.identity);
  const regions: Range[] = [];
  let current = first;
  for (let round = text.length > LARGE ? 4 : 12; round > 0; round--) {
    const [best, repair] = bestRepair(current, text.length > LARGE ? 2 : 8);
    if (!best || !repair) break;
    regions.push(current.source.range(repair.region.start, repair.region.end));
    current = best;
  }
  return [first, current, regions];
}

/**
 * The shell reads a carriage return as a character like any other, so that no keyword of such a script works.
 * Here it is read as it was meant, with a blank in its place: a backslash before it is then followed by a blank,
 * which is what the shell makes of it too. The length stays, and with it every offset.
 */
function withoutCarriageReturns(text: string): string {
  if (!text.includes('\r\n')) return text;
  const delimiters = new Set(Array.from(text.matchAll(/<<-?\s*\\?['"]?(\w+)/g), (match) => match[1]));
  return text.replace(/^([ \t]*)(.*?)\r\n/gm, (_, indent: string, line: string) =>
    // A blank after the word that ends a here-document would hide it.
    delimiters.has(line) ? `${indent}${line}\n\n` : `${indent}${line} \n`,
  );
}

function attempt(parsed: string, original: string, map: SourceMap): Attempt {
  const script = parse(parsed);
  const source = new Source(parsed, original, map);
  const statements = convertStatements(source, script.commands);
  return { source, map, errors: script.errors ?? [], statements };
}

/** Tries what may repair a reading; of several proposals the one counts that leaves the fewest errors. */
function bestRepair(current: Attempt, limit: number): [Attempt?, Repair?] {
  const { repairs, certain } = proposeRepairs(current);
  let best: [Attempt?, Repair?] = [];
  // A proposal for something that is no error yet must make the reading better, not just different.
  let lowest = certain ? Number.POSITIVE_INFINITY : score(current);
  for (const repair of repairs.slice(0, limit)) {
    const next = apply(current, repair);
    if (score(next) >= lowest || isStuck(current, next)) continue;
    best = [next, repair];
    lowest = score(next);
  }
  return best;
}

function apply({ source, map }: Attempt, { at, remove, insert }: Repair): Attempt {
  const blanks = ' '.repeat(remove);
  const parsed = source.parsed.slice(0, at) + blanks + insert + source.parsed.slice(at + remove);
  return attempt(parsed, source.original, insert === '' ? map : map.inserted(at, insert.length));
}

const score = ({ errors, source }: Attempt): number => errors.length * 10 + source.multiline.length;

/** A repair that leaves the very same errors would be repeated for ever. */
const isStuck = (before: Attempt, after: Attempt): boolean =>
  before.errors.length > 0 &&
  before.errors.length === after.errors.length &&
  before.errors.every((error, i) => {
    const other = after.errors[i]!;
    return error.message === other.message && before.map.offset(error.pos) === after.map.offset(other.pos);
  });

function toTree(text: string, first: Attempt, last: Attempt, regions: Range[]): ShellTree {
  const { source } = last;
  const broken = last.errors.flatMap((error) => brokenRegion(source, error) ?? []);
  return {
    statements: last.statements,
    comments: findComments(text, source.opaque),
    problems: first.errors.map((error) => toProblem(text, error)),
    repairedRegions: [...regions, ...broken],
    commands: source.commands,
    assignments: source.assignments,
    functions: source.functions,
    verbatim: source.verbatim,
    arithmetic: source.arithmetic,
  };
}

function toProblem(text: string, { message, pos }: ParseError): ShellProblem {
  const start = Math.min(pos, text.length);
  return { range: { start, end: Math.min(start + 1, text.length) }, message };
}
