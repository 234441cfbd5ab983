import { isBlank, NAME_CHAR, NEWLINE, RETURN, SPACE, TAB } from './characters.ts';
import type { XmlName, XmlProblem } from './tree.ts';

interface Line {
  readonly start: number;
  /** How many blanks it starts with. */
  readonly indent: number;
}

/** Where a search started and what it found: it answers for every start in between. */
interface Search {
  readonly from: number;
  readonly found: number;
}

const NAME_CHARS = new RegExp(`${NAME_CHAR}*`, 'y');

/**
 * A text with a reading position and the problems met so far. No method looks at a character more often than a
 * fixed number of times over a whole parse, so that reading stays linear in whatever text it is given.
 */
export class Scanner {
  readonly text: string;
  /** Length of the text. */
  readonly end: number;
  at = 0;
  readonly problems: XmlProblem[] = [];
  /** A document type was read: it may declare entities. */
  declaresEntities = false;
  #line: Line = { start: 0, indent: -1 };
  readonly #searches = new Map<string, Search>();

  constructor(text: string) {
    this.text = text;
    this.end = text.length;
  }

  report(code: XmlProblem['code'], start: number, end: number): void {
    this.problems.push({ code, start, end });
  }

  /** The UTF-16 unit at an offset, NaN beyond the end. */
  code(at: number): number {
    return this.text.charCodeAt(at);
  }

  /**
   * Offset of the next `needle` at or behind `from`; the text's length where there is none. The last answer is
   * kept: many unclosed comments must not each search the whole rest of the text for `-->`.
   */
  next(needle: string, from: number): number {
    const last = this.#searches.get(needle);
    if (last && last.from <= from && from <= last.found) return last.found;
    const index = this.text.indexOf(needle, from);
    const found = index < 0 ? this.end : index;
    this.#searches.set(needle, { from, found });
    return found;
  }

  /** End of the line that holds `at`, before its line break. */
  lineEnd(at: number): number {
    const end = this.next('\n', at);
    return end > at && this.code(end - 1) === RETURN ? end - 1 : end;
  }

  /** Column of `at` where only blanks stand before it on its line, else -1: such a layout says nothing. */
  column(at: number): number {
    let start = at;
    while (this.code(start - 1) === SPACE || this.code(start - 1) === TAB) start--;
    return start === 0 || this.code(start - 1) === NEWLINE ? at - start : -1;
  }

  /** The line that holds `at`. Lines must be asked for in the order of the text. */
  lineAt(at: number): Line {
    let line = this.#line;
    for (let end = this.next('\n', line.start); end < at; end = this.next('\n', end + 1)) {
      line = { start: end + 1, indent: -1 };
    }
    if (line.indent < 0) {
      let first = line.start;
      while (this.code(first) === SPACE || this.code(first) === TAB) first++;
      line = { start: line.start, indent: first - line.start };
    }
    this.#line = line;
    return line;
  }

  skipBlanks(): void {
    while (isBlank(this.code(this.at))) this.at++;
  }

  /**
   * Offset of the next character that a global expression for single ones finds, at or behind `from`; the text's length
   * where there is none. Far faster than asking for one code after the other.
   */
  nextOf(characters: RegExp, from: number): number {
    characters.lastIndex = from;
    return characters.test(this.text) ? characters.lastIndex - 1 : this.end;
  }

  /** The name at an offset, which may be empty; does not move. */
  nameAt(start: number): XmlName {
    NAME_CHARS.lastIndex = start;
    NAME_CHARS.test(this.text);
    const end = NAME_CHARS.lastIndex;
    return { text: this.text.slice(start, end), start, end };
  }
}
