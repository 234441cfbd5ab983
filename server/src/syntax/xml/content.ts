import { BANG, GREATER, isNameStart, LESS, QUESTION, SLASH } from './characters.ts';
import { decodeEntities } from './entities.ts';
import type { Scanner } from './scanner.ts';
import { OPENERS, templateEnd } from './templates.ts';
import type { XmlComment, XmlElement, XmlProblem, XmlText } from './tree.ts';

/**
 * Decodes a text or value and reports what its entities lack. Nothing is reported where a template may be meant,
 * or where the document could declare entities of its own.
 * @param start offset of `raw` in the text.
 */
export function decodeText(scanner: Scanner, raw: string, start: number): string {
  if (!raw.includes('&')) return raw;
  const silent = scanner.declaresEntities || raw.includes('{') || raw.includes('<%');
  return decodeEntities(raw, (from, to) => {
    if (!silent) scanner.report('entity-unknown', start + from, start + to);
  });
}

/** Text in which nothing but itself can be meant, up to a tag. */
const PLAIN = /[^<&{$]*(?=<[A-Za-z_:/])/y;

/** Reads text up to the next markup, which may stand right here: then there is none. */
export function readText(scanner: Scanner, parent: XmlElement): XmlText | undefined {
  const start = scanner.at;
  PLAIN.lastIndex = start;
  const isPlain = PLAIN.test(scanner.text);
  const end = isPlain ? PLAIN.lastIndex : textEnd(scanner, start);
  if (end === start) return undefined;
  scanner.at = end;
  const raw = scanner.text.slice(start, end);
  const text = isPlain ? raw : decodeText(scanner, raw, start);
  return { kind: 'text', parent, start, end, contentStart: start, raw, text };
}

/** Where the next markup starts. A `<` that starts none is text, and belongs there in a template block (R7). */
function textEnd(scanner: Scanner, start: number): number {
  let blockEnd = start;
  for (let at = scanner.nextOf(OPENERS, start); at < scanner.end; at = scanner.nextOf(OPENERS, at + 1)) {
    const code = scanner.code(at);
    if (code === LESS && at >= blockEnd && startsMarkup(scanner.code(at + 1))) return at;
    blockEnd = Math.max(blockEnd, templateEnd(scanner, at));
    if (code === LESS && at >= blockEnd) scanner.report('name-expected', at, at + 1);
  }
  return scanner.end;
}

const startsMarkup = (code: number): boolean =>
  isNameStart(code) || code === SLASH || code === BANG || code === QUESTION;

/** Where markup ends; `problem` where it had to be guessed. */
interface Ending {
  readonly contentEnd: number;
  readonly end: number;
  readonly problem?: XmlProblem['code'];
}

/** Reads what starts with `<!` or `<?`; the scanner stands there. */
export function readMarkup(scanner: Scanner, parent: XmlElement): XmlText | XmlComment {
  const start = scanner.at;
  const { text } = scanner;
  let kind: 'cdata' | XmlComment['kind'];
  let contentStart: number;
  let ending: Ending;
  if (scanner.code(start + 1) === QUESTION) {
    kind = 'instruction';
    contentStart = start + 2;
    ending = instructionEnd(scanner, contentStart);
  } else if (text.startsWith('<![CDATA[', start)) {
    kind = 'cdata';
    contentStart = start + 9;
    ending = cdataEnd(scanner, contentStart, parent);
  } else if (text.startsWith('<!DOCTYPE', start)) {
    kind = 'doctype';
    contentStart = start + 9;
    ending = doctypeEnd(scanner, contentStart);
    scanner.declaresEntities = true;
  } else if (text.startsWith('<!--', start)) {
    kind = 'comment';
    contentStart = start + 4;
    ending = commentEnd(scanner, contentStart);
  } else {
    kind = 'comment';
    contentStart = start + 2;
    ending = shortEnd(scanner, contentStart, 'comment-not-closed');
  }
  const { contentEnd, end, problem } = ending;
  if (problem) scanner.report(problem, start, contentStart);
  scanner.at = end;
  const raw = text.slice(contentStart, contentEnd);
  return kind === 'cdata'
    ? { kind, parent, start, end, contentStart, raw, text: raw }
    : { kind, parent, start, end, contentStart, raw };
}

/** R6: an unclosed comment ends with its line; another `<!--` before its `-->` tells that it is unclosed. */
function commentEnd(scanner: Scanner, start: number): Ending {
  const close = scanner.next('-->', start);
  const another = scanner.next('<!--', start);
  if (close === scanner.end || another + 4 <= close) {
    const end = Math.min(scanner.lineEnd(start), another);
    return { contentEnd: end, end, problem: 'comment-not-closed' };
  }
  // `--->` counts too: its first two hyphens stand before the `-->`.
  const hyphens = scanner.next('--', start);
  if (hyphens < close) scanner.report('comment-double-hyphen', hyphens, hyphens + 2);
  return { contentEnd: close, end: close + 3 };
}

/** R6: what a CDATA section holds may look like anything, but hardly like the closing tag of its element. */
function cdataEnd(scanner: Scanner, start: number, parent: XmlElement): Ending {
  const close = scanner.next(']]>', start);
  if (close < scanner.end) return { contentEnd: close, end: close + 3 };
  // Not a repeated search: either it finds an offset from which reading goes on, or reading ends.
  const closeTag = parent.parent ? scanner.text.indexOf(`</${parent.name.text}`, start) : -1;
  const end = closeTag < 0 ? scanner.end : closeTag;
  return { contentEnd: end, end, problem: 'cdata-not-closed' };
}

/** R6; a `<` may stand in an instruction, but not in the XML declaration: there it tells that it is unclosed. */
function instructionEnd(scanner: Scanner, start: number): Ending {
  const close = scanner.next('?>', start);
  const declaration = scanner.nameAt(start).text === 'xml';
  if (close === scanner.end || (declaration && scanner.next('<', start) < close)) {
    return shortEnd(scanner, start, 'instruction-not-closed');
  }
  return { contentEnd: close, end: close + 2 };
}

function doctypeEnd(scanner: Scanner, start: number): Ending {
  const bracket = scanner.next('[', start);
  let close = scanner.next('>', start);
  if (bracket < close) close = scanner.next(']>', bracket) + 1;
  else if (scanner.next('<', start) < close) close = scanner.end;
  if (close >= scanner.end) return shortEnd(scanner, start, 'doctype-not-closed');
  return { contentEnd: close, end: close + 1 };
}

/** The shortest that unclosed markup can be: up to its `>`, the next `<` or the end of the line. */
function shortEnd(scanner: Scanner, start: number, problem: XmlProblem['code']): Ending {
  const contentEnd = Math.min(scanner.lineEnd(start), scanner.next('<', start), scanner.next('>', start));
  return { contentEnd, end: scanner.code(contentEnd) === GREATER ? contentEnd + 1 : contentEnd, problem };
}
