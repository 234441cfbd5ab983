import type { ParseError } from 'unbash';
import type { Range } from '../../text/span.ts';
import { afterParameter, arrayEnd, beforeKeyword, beforeQuote, lineEnd, wordsEnd } from './closerPlaces.ts';
import type { Attempt } from './parse.ts';
import type { Source } from './source.ts';

/** A change of the parsed text that may make it readable. Removed characters become blanks. */
export interface Repair {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
  /** Where words cannot be trusted afterwards, in the text before the change. */
  readonly region: Range;
}

export interface Proposals {
  /** To be tried; the one that leaves the fewest errors wins. */
  readonly repairs: readonly Repair[];
  /** There is an error that one of the proposals is made for: any of them is better than none. */
  readonly certain: boolean;
}

/** What might be missing (or too much) in a reading. */
export function proposeRepairs({ source, errors }: Attempt): Proposals {
  const text = source.parsed;
  if (source.isTooDeep || errors.some((error) => error.message.includes('nesting depth'))) {
    return { repairs: [], certain: false };
  }
  // The innermost construct is closed first: what is open around it needs its closer further on.
  const open = errors
    .filter((error) => error.message.startsWith('unterminated'))
    .sort((a, b) => b.pos - a.pos)[0];
  if (open) {
    const repairs = [...closers(text, open), ...unbalancedLines(text, open.pos), ...overLines(source)];
    return { repairs, certain: true };
  }
  for (const error of errors) {
    const repair = testCloser(text, error) ?? strayToken(text, error);
    if (repair) return { repairs: [repair, ...overLines(source)], certain: true };
  }
  if (errors.length > 0) return { repairs: overLines(source), certain: false };
  const document = source.openDocuments.find(({ body }) => body < text.length);
  if (document) return { repairs: [documentEnd(text, document)], certain: true };
  return { repairs: overLines(source, isSuspicious), certain: false };
}

/** What remains wrong after all repairs: words there cannot be trusted. */
export function brokenRegion(source: Source, error: ParseError): Range | undefined {
  const { parsed } = source;
  if (/^unterminated|nesting depth/.test(error.message)) return source.range(error.pos, parsed.length);
  if (!error.message.startsWith('unexpected')) return undefined;
  return source.range(parsed.lastIndexOf('\n', error.pos - 1) + 1, lineEnd(parsed, error.pos));
}

/** The places where the construct that an error speaks of may have been meant to end. */
function closers(text: string, { message, pos }: ParseError): Repair[] {
  const close = (closer: string, ...places: number[]) => places.map((at) => insertion(text, pos, at, closer));
  if (message.includes('double quote')) return close('"', wordsEnd(text, pos));
  if (message.includes('quote')) return close("'", wordsEnd(text, pos));
  if (message.endsWith('parameter expansion')) return close('}', afterParameter(text, pos));
  if (message.includes('arithmetic')) return close('))', beforeKeyword(text, pos), beforeQuote(text, pos));
  if (message.endsWith('backtick')) return close('`', wordsEnd(text, pos), beforeQuote(text, pos));
  if (message.endsWith('subscript')) return close(']', wordsEnd(text, pos));
  const isArray = text[pos - 1] === '=' || text[pos] === '=';
  return isArray ? close(')', arrayEnd(text, pos)) : close(')', wordsEnd(text, pos), beforeQuote(text, pos));
}

/** The words of a repaired line are as doubtful as the place where the closer went. */
const insertion = (text: string, start: number, at: number, insert: string): Repair => ({
  at,
  remove: 0,
  insert,
  region: { start, end: lineEnd(text, at) },
});

/**
 * Strings and `${…}` that go on over lines: from a forgotten quote on, every later one is taken for its opposite,
 * so that the one which is open in the end need not be the culprit.
 */
function overLines(
  { parsed, multiline }: Source,
  filter = (_line: string, _closer: string) => true,
): Repair[] {
  return multiline
    .filter(({ start, closer }) => filter(parsed.slice(start, lineEnd(parsed, start)), closer))
    .map(({ start, closer }) => {
      const at = closer === '}' ? afterParameter(parsed, start) : wordsEnd(parsed, start);
      return insertion(parsed, start, at, closer);
    });
}

/**
 * A quote that is not closed may be by an apostrophe far below, and no error tells. But nobody writes a
 * continuation in single quotes, where it is none, nor a `${…}` over lines.
 */
const isSuspicious = (line: string, closer: string): boolean =>
  closer === '}' || (closer === "'" && /[ \t]\\$/.test(line));

/** Lines that leave something open when they are read for themselves, from the one at `from` on. */
function unbalancedLines(text: string, from: number): Repair[] {
  const out: Repair[] = [];
  let at = text.lastIndexOf('\n', from) + 1;
  for (; at < text.length && out.length < 4; at = lineEnd(text, at) + 1) {
    const line = text.slice(at, lineEnd(text, at));
    if (/^\s*#/.test(line)) continue;
    const quote = openQuote(line);
    if (quote >= 0) out.push(insertion(text, at + quote, wordsEnd(text, at + quote), line[quote]!));
    const brace = line.lastIndexOf('${');
    if (brace >= 0 && !line.includes('}', brace)) {
      out.push(insertion(text, at + brace, afterParameter(text, at + brace), '}'));
    }
  }
  return out;
}

/** Where the quote stands that is open at the end of a line; -1 where there is none. */
function openQuote(line: string): number {
  for (const match of line.matchAll(/\\.|'[^']*('?)|"(?:[^"\\]|\\.)*("?)/g)) {
    if ((match[0].startsWith("'") && !match[1]) || (match[0].startsWith('"') && !match[2]))
      return match.index;
  }
  return -1;
}

/** `[[` without `]]`. */
function testCloser(text: string, error: ParseError): Repair | undefined {
  if (!error.message.startsWith("expected ']]'")) return undefined;
  const start = text.lastIndexOf('[[', error.pos);
  return start < 0 ? undefined : insertion(text, start, beforeKeyword(text, start), ' ]]');
}

/** An operator or keyword that closes nothing stops the parser: it is blanked out. */
function strayToken(text: string, error: ParseError): Repair | undefined {
  const token = /^unexpected token '(.+)'$/.exec(error.message)?.[1];
  const isStray = token && /^(?:[;&|()]{1,3}|\}|fi|done|esac|then|else|elif|do)$/.test(token);
  if (!isStray || !text.startsWith(token, error.pos)) return undefined;
  const start = text.lastIndexOf('\n', error.pos - 1) + 1;
  const region = { start, end: lineEnd(text, error.pos) };
  return { at: error.pos, remove: token.length, insert: '', region };
}

/** All that follows a here-document without an end may be meant as text or as commands. */
const documentEnd = (text: string, { start, body, delimiter }: Source['openDocuments'][number]): Repair => ({
  at: body,
  remove: 0,
  insert: `${delimiter}\n`,
  region: { start, end: text.length },
});
