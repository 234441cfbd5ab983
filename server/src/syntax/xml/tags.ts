import type { Range } from '../../text/span.ts';
import { readAttribute } from './attributes.ts';
import { BRACE, GREATER, isBlank, isNameChar, LESS, NEWLINE, SLASH } from './characters.ts';
import type { Scanner } from './scanner.ts';
import { templateEnd } from './templates.ts';
import type { XmlAttribute, XmlName } from './tree.ts';

/** The range ends behind the `>`; where that is missing, before the next `<` or with the text. */
export interface StartTag extends Range {
  readonly name: XmlName;
  readonly attributes: readonly XmlAttribute[];
  /** `cut`: another `<` or the end of the text came before the `>`. */
  readonly ending: 'open' | 'self-closing' | 'cut';
}

/** Reads a start tag; the scanner stands at its `<`, which a name follows. */
export function readStartTag(scanner: Scanner): StartTag {
  const start = scanner.at;
  const name = scanner.nameAt(start + 1);
  const attributes: XmlAttribute[] = [];
  const seen = new Set<string>();
  const finish = (ending: StartTag['ending'], length: number): StartTag => {
    scanner.at += length;
    return { name, attributes, start, end: scanner.at, ending };
  };

  scanner.at = name.end;
  for (;;) {
    scanner.skipBlanks();
    const { at } = scanner;
    const code = scanner.code(at);
    const template = code === BRACE || code === LESS ? templateEnd(scanner, at) : at;
    if (template > at) {
      scanner.at = template;
      continue;
    }
    if (code === GREATER) return finish('open', 1);
    if (code === SLASH && scanner.code(at + 1) === GREATER) return finish('self-closing', 2);
    if (code === LESS || at >= scanner.end) {
      scanner.report('tag-not-closed', start, name.end);
      return finish('cut', 0);
    }
    if (isNameChar(code)) attributes.push(readAttribute(scanner, seen));
    else skipUnexpected(scanner);
  }
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
    code !== LESS &&
    code !== GREATER &&
    code !== SLASH &&
    code !== BRACE
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
