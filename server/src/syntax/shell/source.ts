import type { Range } from '../../text/span.ts';
import type { SourceMap } from './sourceMap.ts';
import type { Assignment, FunctionDefinition, SimpleCommand } from './tree.ts';

/** How deep words and expressions may stand in each other before their inside is no longer looked at. */
const MAX_DEPTH = 200;

/** What a conversion reads: the text that was parsed, and the way back to the original one. */
export class Source {
  /** The text the parser saw, with closers inserted and line ends unified. */
  readonly parsed: string;
  readonly original: string;
  /** Words and other places, in the original text, inside which a `#` starts no comment; two numbers each. */
  readonly opaque: number[] = [];
  /** Quotes and `${…}` that go on over lines, in the parsed text, by where they are opened. */
  readonly multiline: { readonly start: number; readonly closer: string }[] = [];
  /** Here-documents that nothing ends, in the parsed text: where the body starts, and what would end it. */
  readonly openDocuments: { readonly start: number; readonly body: number; readonly delimiter: string }[] =
    [];
  readonly commands: SimpleCommand[] = [];
  readonly assignments: Assignment[] = [];
  readonly functions: FunctionDefinition[] = [];
  readonly verbatim: Range[] = [];
  readonly arithmetic: Range[] = [];
  /** Something was left out because it nests too deep. */
  isTooDeep = false;
  readonly #map: SourceMap;
  #depth = 0;

  constructor(parsed: string, original: string, map: SourceMap) {
    this.parsed = parsed;
    this.original = original;
    this.#map = map;
  }

  /** A range of the parsed text as one of the original. */
  range(start: number, end: number): Range {
    return this.#map.range(start, end);
  }

  /** Converts something that stands inside a word or an expression; undefined where that nests too deep. */
  nested<T>(convert: () => T): T | undefined {
    if (this.#depth >= MAX_DEPTH) {
      this.isTooDeep = true;
      return undefined;
    }
    this.#depth++;
    const converted = convert();
    this.#depth--;
    return converted;
  }

  markOpaque(start: number, end: number): void {
    this.opaque.push(this.#map.offset(start), this.#map.offset(end));
  }

  /** Takes note of something that `closer` closes, where that is not on the same line. */
  markDelimited(start: number, end: number, closer: string): void {
    if (this.parsed.slice(start, end).includes('\n')) this.multiline.push({ start, closer });
  }
}
