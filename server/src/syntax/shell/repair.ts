import type { ParseError } from 'unbash';
import type { Range } from '../../text/span.ts';
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
  /** There is an error, so that any of the proposals is better than none. */
  readonly certain: boolean;
}

/** What might be missing (or too much) in a reading. */
export function proposeRepairs({ source, errors }: Attempt): Proposals {
  // The innermost construct is closed first: what is open around it needs its closer further on.
  const open = errors
    .filter((error) => error.message.startsWith('unterminated'))
    .sort((a, b) => b.pos - a.pos)[0];
  if (open) return { repairs: closers(source, open), certain: true };
  for (const error of errors) {
    const repair = testCloser(source.parsed, error) ?? strayToken(source.parsed, error);
    if (repair) return { repairs: [repair], certain: true };
  }
  const document = source.openDocuments.find(({ body }) => body < source.parsed.length);
  if (document) return { repairs: [documentEnd(source.parsed, document)], certain: true };
  return { repairs: swallowingQuotes(source), certain: false };
}

/** What remains wrong after all repairs: words there cannot be trusted. */
export function brokenRegion(source: Source, error: ParseError): Range | undefined {
  const { parsed } = source;
  if (/^unterminated|nesting depth/.test(error.message)) return source.range(error.pos, parsed.length);
  if (!error.message.startsWith('unexpected')) return undefined;
  return source.range(parsed.lastIndexOf('\n', error.pos - 1) + 1, lineEnd(parsed, error.pos));
}

function closers(source: Source, error: ParseError): Repair[] {
  const text = source.parsed;
  const quote = /(double quote)|single quote|ANSI-C/.exec(error.message);
  // The quote that is open at the end need not be the culprit: from a forgotten one on, every later quote is
  // taken for its opposite. So each string that goes on over lines is a candidate.
  if (quote) {
    const own = closeQuote(text, error.pos, quote[1] ? '"' : "'");
    return [own, ...source.multilineQuotes.map(({ start }) => closeQuote(text, start, text[start]!))];
  }
  const close = (insert: string, at: number) => [insertion(text, error.pos, at, insert)];
  if (error.message.endsWith('parameter expansion')) return close('}', afterParameter(text, error.pos));
  if (error.message.includes('arithmetic')) return close('))', beforeKeyword(text, error.pos));
  if (error.message.endsWith('backtick')) return close('`', wordsEnd(text, error.pos));
  if (error.message.endsWith('subscript')) return close(']', wordsEnd(text, error.pos));
  const isArray = text[error.pos - 1] === '=' || text[error.pos] === '=';
  return close(')', isArray ? arrayEnd(text, error.pos) : wordsEnd(text, error.pos));
}

const closeQuote = (text: string, start: number, quote: string): Repair =>
  insertion(text, start, wordsEnd(text, start), quote);

/** The words of a repaired line are as doubtful as the place where the closer went. */
const insertion = (text: string, start: number, at: number, insert: string): Repair => ({
  at,
  remove: 0,
  insert,
  region: { start, end: lineEnd(text, at) },
});

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
  return {
    at: error.pos,
    remove: token.length,
    insert: '',
    region: { start, end: lineEnd(text, error.pos) },
  };
}

/** All that follows a here-document without an end may be meant as text or as commands. */
const documentEnd = (text: string, { start, body, delimiter }: Source['openDocuments'][number]): Repair => ({
  at: body,
  remove: 0,
  insert: `${delimiter}\n`,
  region: { start, end: text.length },
});

/**
 * A single quote that is not closed may be by an apostrophe far below, and no error tells. But nobody writes a
 * continuation in single quotes, where it is none.
 */
function swallowingQuotes({ parsed, multilineQuotes }: Source): Repair[] {
  return multilineQuotes
    .filter(
      ({ start }) => parsed[start] === "'" && /^[^\n]*[ \t]\\\n/.test(parsed.slice(start, start + 2000)),
    )
    .map(({ start }) => closeQuote(parsed, start, "'"));
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

/** The end of the last word on the line: before blanks, and before the backslash that continues the line. */
function wordsEnd(text: string, from: number): number {
  let at = lineEnd(text, from);
  while (at > from + 1 && /[\\ \t\r]/.test(text[at - 1]!)) at--;
  return at;
}

/** After the name of `${NAME`, or after an operand without blanks. */
function afterParameter(text: string, start: number): number {
  const pattern = /\$\{[!#]?\w*(?:\[[^\]\s]*\])?(?:(?::?[-=+?]|[#%])[^\s"'`\\]*)?/y;
  pattern.lastIndex = start;
  return start + (pattern.exec(text)?.[0].length ?? 2);
}

/** Before `; then` or `; do` on the line, else at its end. */
function beforeKeyword(text: string, start: number): number {
  const end = wordsEnd(text, start);
  const match = /\s*(?:;|&&|\|\|)?\s*(?:\bthen|\bdo|\{)?\s*$/.exec(text.slice(start, end));
  return match ? start + match.index : end;
}

/**
 * An array goes on over lines: until a blank one, or until one that stands no further in than the line on which
 * the array begins.
 */
function arrayEnd(text: string, open: number): number {
  const indent = indentAt(text, text.lastIndexOf('\n', open) + 1);
  let end = wordsEnd(text, open);
  let indented = false;
  for (let at = lineEnd(text, open) + 1; at < text.length; at = lineEnd(text, at) + 1) {
    const line = text.slice(at, lineEnd(text, at));
    if (line.trim() === '') break;
    const further = indentAt(text, at) > indent;
    if (!further && (indented || !/^\s*['"-]/.test(line))) break;
    indented ||= further;
    end = lineEnd(text, at);
  }
  return end;
}

function indentAt(text: string, at: number): number {
  let end = at;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return end - at;
}
