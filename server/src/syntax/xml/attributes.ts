import { sliceOf } from '../../text/span.ts';
import {
  DOUBLE_QUOTE,
  EQUALS,
  GREATER,
  isBlank,
  isNameChar,
  isNameStart,
  LESS,
  NAME_CHAR,
  NAME_START,
  QUESTION,
  SINGLE_QUOTE,
  SLASH,
} from './characters.ts';
import { decodeText } from './content.ts';
import type { Scanner } from './scanner.ts';
import { mayOpenBlock, templateEnd } from './templates.ts';
import type { XmlAttribute, XmlValue } from './tree.ts';

const isQuote = (code: number): boolean => code === SINGLE_QUOTE || code === DOUBLE_QUOTE;

/** Blanks and an attribute in whose value nothing but its text can be meant; behind it comes what may follow one. */
const PLAIN = new RegExp(
  `[ \\t\\r\\n]+(${NAME_START}${NAME_CHAR}*)=(?:"([^"<&{$]*)"|'([^'<&{$]*)')(?=[ \\t\\r\\n/>?])`,
  'y',
);

/**
 * Reads the blanks and the attribute at the scanner where they are written as nearly all are, and then at once. Leaves all
 * others to `readAttribute()`, which would read this one as the same.
 */
export function readPlainAttribute(scanner: Scanner): XmlAttribute | undefined {
  PLAIN.lastIndex = scanner.at;
  const match = PLAIN.exec(scanner.text);
  if (!match) return undefined;
  const name = match[1]!;
  const raw = match[2] ?? match[3]!;
  const end = PLAIN.lastIndex;
  const start = end - raw.length - name.length - '=""'.length;
  scanner.at = end;
  return {
    name: { text: name, start, end: start + name.length },
    value: {
      raw,
      text: raw,
      quote: match[2] === undefined ? "'" : '"',
      start: end - 1 - raw.length,
      end: end - 1,
    },
    start,
    end,
  };
}

/** Reads one attribute, whatever is missing of it; the scanner stands at its name. */
export function readAttribute(scanner: Scanner): XmlAttribute {
  const name = scanner.nameAt(scanner.at);
  if (isQuote(scanner.code(name.start - 1))) scanner.report('blank-expected', name.start, name.end);
  if (!isNameStart(scanner.code(name.start))) scanner.report('name-expected', name.start, name.end);

  scanner.at = name.end;
  scanner.skipBlanks();
  if (scanner.code(scanner.at) !== EQUALS) {
    scanner.report('attribute-value-expected', name.start, name.end);
    scanner.at = name.end;
    return { name, value: undefined, start: name.start, end: name.end };
  }
  const behind = ++scanner.at;
  scanner.skipBlanks();
  let value: XmlValue | undefined;
  if (isQuote(scanner.code(scanner.at))) value = readQuoted(scanner);
  else if (scanner.at === behind) value = readUnquoted(scanner);
  if (!value) {
    scanner.report('attribute-value-expected', name.start, name.end);
    scanner.at = behind;
  }
  return { name, value, start: name.start, end: scanner.at };
}

/** Passes over the value of an attribute whose name a template block makes: `<source {{ kind }}='/disk'/>`. */
export function skipValue(scanner: Scanner): void {
  if (scanner.code(scanner.at) !== EQUALS || !isQuote(scanner.code(scanner.at + 1))) return;
  scanner.at++;
  readQuoted(scanner);
}

/** R4: no `<` may stand in a value, so an open quote ends before it. */
function readQuoted(scanner: Scanner): XmlValue {
  const open = scanner.at;
  const quote = scanner.code(open) === DOUBLE_QUOTE ? '"' : "'";
  const start = open + 1;
  const close = closingQuote(scanner, start, scanner.code(open));
  const swallowed = close < 0 ? -1 : swallowedAttribute(scanner, start, close);
  if (close >= 0 && swallowed < 0) {
    scanner.at = close + 1;
    return makeValue(scanner, start, close, quote);
  }
  scanner.report('quote-not-closed', open, start);
  scanner.at = swallowed >= 0 ? swallowed : openValueEnd(scanner, start);
  return makeValue(scanner, start, scanner.at, quote);
}

/** Only these may follow the closing quote of an attribute. */
function mayFollow(code: number): boolean {
  return Number.isNaN(code) || isBlank(code) || code === SLASH || code === GREATER || code === QUESTION;
}

/**
 * The quote that ends a value, or -1 where a `<` or the end of the text comes first. A quote in a template block
 * that nothing allowed follows belongs to the template (R7). A block that holds a `<` is none here, so that no more
 * than one tag is ever searched.
 */
function closingQuote(scanner: Scanner, start: number, quote: number): number {
  let blockEnd = start;
  for (let at = start; at < scanner.end; at++) {
    const code = scanner.code(at);
    if (code === quote) {
      if (at >= blockEnd || mayFollow(scanner.code(at + 1))) return at;
      at = blockEnd - 1;
    } else if (mayOpenBlock(code)) {
      const end = templateEnd(scanner, at);
      if (end > at && end <= scanner.next('<', at + 1)) blockEnd = Math.max(blockEnd, end);
      else if (code === LESS) return -1;
    }
  }
  return -1;
}

/**
 * In `dev='vda bus='virtio'` the first value lost its closing quote and ended at the opening one of the next:
 * ` bus=` stands before that quote, and what follows it could not follow a value. Then the value ends where
 * this returns; -1 where nothing speaks for it.
 */
function swallowedAttribute(scanner: Scanner, start: number, close: number): number {
  const after = scanner.code(close + 1);
  if (mayFollow(after) || isQuote(after) || after === LESS) return -1;
  let at = close;
  const back = (accept: (code: number) => boolean): boolean => {
    const from = at;
    while (at > start && accept(scanner.code(at - 1))) at--;
    return at < from;
  };
  back(isBlank);
  if (scanner.code(at - 1) !== EQUALS || at === start) return -1;
  at--;
  back(isBlank);
  if (!back(isNameChar) || !back(isBlank)) return -1;
  return at;
}

/** Where an unclosed value ends: before the next `<`, with its line, or before the tag's `>`. */
function openValueEnd(scanner: Scanner, start: number): number {
  const end = Math.min(scanner.next('<', start), scanner.lineEnd(start));
  const tagEnd = scanner.next('>', start);
  if (tagEnd >= end) return end;
  return tagEnd > start && scanner.code(tagEnd - 1) === SLASH ? tagEnd - 1 : tagEnd;
}

/**
 * A value without an opening quote: up to a blank or the tag's end. A closing quote behind it is passed over. In
 * `dev=bus='virtio'` there is none, but another attribute.
 */
function readUnquoted(scanner: Scanner): XmlValue | undefined {
  const start = scanner.at;
  let end = start;
  for (; end < scanner.end; end++) {
    const code = scanner.code(end);
    if (isBlank(code) || code === GREATER || (code === SLASH && scanner.code(end + 1) === GREATER)) break;
    const template = mayOpenBlock(code) ? templateEnd(scanner, end) : end;
    if (template > end) end = template - 1;
    else if (code === LESS || isQuote(code)) break;
  }
  if (end === start || (scanner.code(end - 1) === EQUALS && isQuote(scanner.code(end)))) return undefined;
  scanner.report('attribute-value-not-quoted', start, end);
  scanner.at = isQuote(scanner.code(end)) ? end + 1 : end;
  return makeValue(scanner, start, end, '');
}

function makeValue(scanner: Scanner, start: number, end: number, quote: XmlValue['quote']): XmlValue {
  const raw = sliceOf(scanner.text, { start, end });
  return { raw, text: decodeText(scanner, raw, start), quote, start, end };
}
