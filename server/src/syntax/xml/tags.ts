import type { Range } from '../../text/span.ts';
import { readAttribute, skipValue } from './attributes.ts';
import { GREATER, isBlank, isNameChar, LESS, NEWLINE, SLASH } from './characters.ts';
import type { Scanner } from './scanner.ts';
import { mayOpenBlock, templateEnd } from './templates.ts';
import type { XmlAttribute, XmlName } from './tree.ts';

/** The range ends behind the `>`; where that is missing, before the next `<` or with the text. */
export interface StartTag extends Range {
  readonly name: XmlName;
  readonly attributes: readonly XmlAttribute[];
  /** `cut`: another `<` or the end of the text came before the `>`. */
  readonly ending: 'open' | 'self-closing' | 'cut';
  /** A template block stands among the attributes. */
  readonly open: boolean;
}

/** Reads a start tag; the scanner stands at its `<`, which a name follows. */
export function readStartTag(scanner: Scanner): StartTag {
  const start = scanner.at;
  const name = scanner.nameAt(start + 1);
  const attributes: XmlAttribute[] = [];
  scanner.at = name.end;
  const { ending, open } = readAttributes(scanner, attributes);
  if (ending === 'cut') scanner.report('tag-not-closed', start, name.end);
  reportRepeated(scanner, attributes);
  return { name, attributes, start, end: scanner.at, ending, open };
}

/** Reads up to the end of a start tag. */
function readAttributes(scanner: Scanner, attributes: XmlAttribute[]): Pick<StartTag, 'ending' | 'open'> {
  let open = false;
  for (;;) {
    scanner.skipBlanks();
    const { at } = scanner;
    const code = scanner.code(at);
    if (code === GREATER) {
      scanner.at++;
      return { ending: 'open', open };
    }
    if (code === SLASH && scanner.code(at + 1) === GREATER) {
      scanner.at += 2;
      return { ending: 'self-closing', open };
    }
    const template = mayOpenBlock(code) ? templateEnd(scanner, at) : at;
    if (template > at) {
      open = true;
      scanner.at = template;
      skipValue(scanner);
    } else if (code === LESS || at >= scanner.end) return { ending: 'cut', open };
    else if (isNameChar(code)) attributes.push(readAttribute(scanner));
    else skipUnexpected(scanner);
  }
}

/** Up to this many attributes comparing each with each costs less than a set, and nearly all tags have fewer. */
const FEW = 12;

function reportRepeated(scanner: Scanner, attributes: readonly XmlAttribute[]): void {
  const seen = attributes.length > FEW ? new Set<string>() : undefined;
  attributes.forEach(({ name }, i) => {
    const repeated = seen
      ? seen.has(name.text)
      : attributes.findIndex((each) => each.name.text === name.text) < i;
    if (repeated) scanner.report('attribute-repeated', name.start, name.end);
    seen?.add(name.text);
  });
}

/** What no tag can hold, as one problem: at least one character, up to what may go on. */
function skipUnexpected(scanner: Scanner): void {
  const start = scanner.at;
  let code: number;
  do {
    code = scanner.code(++scanner.at);
  } while (
    scanner.at < scanner.end &&
    !isBlank(code) &&
    !isNameChar(code) &&
    code !== GREATER &&
    code !== SLASH &&
    !mayOpenBlock(code)
  );
  scanner.report('unexpected-character', start, scanner.at);
}

export interface CloseTag extends Range {
  readonly name: XmlName;
  /** Its `>` is there. */
  readonly complete: boolean;
}

/** Reads a closing tag; the scanner stands at its `</`. */
export function readCloseTag(scanner: Scanner): CloseTag {
  const start = scanner.at;
  const name = scanner.nameAt(start + 2);
  scanner.at = name.end;
  scanner.skipBlanks();
  const junk = scanner.at;
  let end = junk;
  while (end < scanner.end && !isTagEnd(scanner.code(end))) end++;
  const complete = scanner.code(end) === GREATER;
  if (complete) {
    if (end > junk) scanner.report('unexpected-character', junk, end);
    scanner.at = end + 1;
  } else {
    scanner.report('tag-not-closed', start, name.end);
    scanner.at = name.end;
  }
  return { name, start, end: scanner.at, complete };
}

const isTagEnd = (code: number): boolean => code === GREATER || code === LESS || code === NEWLINE;
