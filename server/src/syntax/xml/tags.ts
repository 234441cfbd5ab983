import type { Range } from '../../text/span.ts';
import { readAttribute, readPlainAttribute, skipValue } from './attributes.ts';
import { GREATER, isBlank, isNameChar, LESS, NEWLINE, SLASH } from './characters.ts';
import type { GrowingElement } from './giveBack.ts';
import type { Scanner } from './scanner.ts';
import { mayOpenBlock, templateEnd } from './templates.ts';
import type { XmlAttribute, XmlName } from './tree.ts';

/** What a start tag ends with. `cut`: another `<` or the end of the text came before the `>`. */
export type TagEnding = 'open' | 'self-closing' | 'cut';

/** Reads a start tag into its element; the scanner stands behind the name. */
export function readStartTag(scanner: Scanner, element: GrowingElement): TagEnding {
  const ending = readAttributes(scanner, element);
  if (ending === 'cut') scanner.report('tag-not-closed', element.start, element.name.end);
  reportRepeated(scanner, element.attributes);
  element.selfClosing = ending === 'self-closing';
  element.startTagEnd = scanner.at;
  element.end = scanner.at;
  return ending;
}

/** Reads up to the end of a start tag. */
function readAttributes(scanner: Scanner, element: GrowingElement): TagEnding {
  for (;;) {
    const { at } = scanner;
    const code = scanner.code(at);
    if (isBlank(code)) {
      const attribute = readPlainAttribute(scanner);
      if (attribute) element.attributes.push(attribute);
      else scanner.skipBlanks();
      continue;
    }
    if (code === GREATER) {
      scanner.at++;
      return 'open';
    }
    if (code === SLASH && scanner.code(at + 1) === GREATER) {
      scanner.at += 2;
      return 'self-closing';
    }
    const template = mayOpenBlock(code) ? templateEnd(scanner, at) : at;
    if (template > at) {
      element.openTag = true;
      scanner.at = template;
      skipValue(scanner);
    } else if (code === LESS || at >= scanner.end) return 'cut';
    else if (isNameChar(code)) element.attributes.push(readAttribute(scanner));
    else skipUnexpected(scanner);
  }
}

/** Up to this many attributes comparing each with each costs less than a set, and nearly all tags have fewer. */
const FEW = 12;

function reportRepeated(scanner: Scanner, attributes: readonly XmlAttribute[]): void {
  const seen = attributes.length > FEW ? new Set<string>() : undefined;
  for (let i = 0; i < attributes.length; i++) {
    const { name } = attributes[i]!;
    const repeated = seen ? seen.has(name.text) : isAmong(attributes, i, name.text);
    if (repeated) scanner.report('attribute-repeated', name.start, name.end);
    seen?.add(name.text);
  }
}

function isAmong(attributes: readonly XmlAttribute[], before: number, name: string): boolean {
  for (let i = 0; i < before; i++) if (attributes[i]!.name.text === name) return true;
  return false;
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
