import { known, type Origin, type Slot, type UnknownReason, unknown, type Value } from '../../guest/value.ts';
import { contains, cover, type Range, spanOf, type Uri } from '../../text/span.ts';

/** How the characters of a piece are written where they stand; decides how an edit there must be encoded. */
export type Quoting = 'bare' | 'single' | 'double' | 'xml-single' | 'xml-double' | 'none';

/** A variable that brought a piece into its word. */
export interface Via {
  readonly name: string;
  /** The value of the assignment that reached this word. */
  readonly definition: Range;
  /** How often the script expands the variable; an edit of the definition reaches all of them. */
  readonly uses: number;
  /** Set for the variable of a literal loop, or a parameter of a function that is called with literals. */
  readonly loop?: number;
}

/** A run of characters of a word that came from one place. */
export interface Piece {
  /** What the program receives; undefined where it cannot be known. */
  readonly text: string | undefined;
  readonly why?: UnknownReason;
  /** Where the reader of the word sees it: the literal itself, or the outermost `$NAME`. */
  readonly at: Range;
  /** Where the characters stand: the literal itself, or inside the variable's definition. */
  readonly source: Range;
  /** The characters stand one to one in `source`, without escapes: parts of the piece have a place of their own. */
  readonly exact: boolean;
  readonly quoting: Quoting;
  /** The variables between the literal and the word, outermost first. */
  readonly via: readonly Via[];
}

/** Stands in `text` for a piece that is not known. No shell argument can hold it. */
export const UNKNOWN = '\0';

/**
 * One argument as the program receives it, with the source of every character. QEMU's grammar (commas, equals
 * signs, JSON) is read from `text`; `read` leads from there back to the document.
 */
export class Word {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Where the argument as a whole stands. */
  readonly range: Range;
  readonly #offsets: readonly number[];
  readonly #uri: Uri;
  /** The only piece, where it stands as the reader sees it and an edit of it changes nothing else: as most words do. */
  readonly #literal: Piece | undefined;

  constructor(uri: Uri, range: Range, pieces: readonly Piece[]) {
    this.#uri = uri;
    this.range = range;
    this.pieces = pieces;
    const offsets: number[] = [];
    let text = '';
    for (const piece of pieces) {
      offsets.push(text.length);
      text += piece.text ?? UNKNOWN;
    }
    this.text = text;
    this.#offsets = offsets;
    this.#literal = pieces.length === 1 && isLiteral(pieces[0]!) ? pieces[0] : undefined;
  }

  get uri(): Uri {
    return this.#uri;
  }

  /** True where some character of `text` is not known. */
  isUnknown(): boolean {
    return this.text.includes(UNKNOWN);
  }

  /** Where the reader sees [start, end) of `text`. */
  place(start: number, end: number): Range {
    return this.#placeOf(this.#parts(start, end), start);
  }

  /**
   * The range of the document whose replacement changes exactly [start, end) of `text` and nothing else, or
   * undefined where there is none: several variables, a variable used elsewhere too.
   */
  editable(start: number, end: number): Range | undefined {
    return this.#editableOf(this.#parts(start, end), start);
  }

  /** [start, end) of `text` as a value of the guest. `encode` is what the option's own grammar asks for. */
  read(start: number, end: number, encode: (text: string) => string = asItIs): Value<string> {
    const literal = this.#literal;
    if (literal && start < end) {
      const from = literal.source.start;
      const span = spanOf(this.#uri, { start: from + start, end: from + end });
      const slot: Slot = { span, encode: (text) => quote(encode(text), literal.quoting) };
      return known(this.text.slice(start, end), span, LITERAL, slot);
    }
    const parts = this.#parts(start, end);
    const gap = parts.find(({ piece }) => piece.text === undefined);
    if (gap) return unknown(gap.piece.why ?? 'not-evaluated', spanOf(this.#uri, gap.at));
    const place = spanOf(this.#uri, this.#placeOf(parts, start));
    const range = this.#editableOf(parts, start);
    const quoting = parts[0]?.piece.quoting ?? this.#pieceAt(start)?.quoting ?? 'bare';
    const slot: Slot | undefined = range && {
      span: spanOf(this.#uri, range),
      encode: (text) => quote(encode(text), quoting),
    };
    return known(this.text.slice(start, end), place, this.#origin(parts), slot);
  }

  #placeOf(parts: readonly Part[], start: number): Range {
    if (parts.length === 1) return parts[0]!.at;
    if (parts.length > 1) return parts.map((part) => part.at).reduce(cover);
    const at = this.#pointAt(start);
    return { start: at, end: at };
  }

  #editableOf(parts: readonly Part[], start: number): Range | undefined {
    const [first] = parts;
    if (!first) return this.#placeOf(parts, start);
    if (parts.some(({ piece, partial }) => partial || piece.text === undefined || piece.via.some(isShared))) {
      return undefined;
    }
    // Most words are one piece: nothing else can stand in its range.
    if (this.pieces.length === 1) return first.source;
    const sameHome = parts.every(
      ({ piece }) =>
        piece.quoting === first.piece.quoting && piece.via[0]?.definition === first.piece.via[0]?.definition,
    );
    if (!sameHome) return undefined;
    const range = parts.map((part) => part.source).reduce(cover);
    // The pieces in between must be all that stands in the range, or the edit would swallow something else.
    return this.pieces.every(
      (piece) => parts.some((part) => part.piece === piece) || !contains(range, piece.source),
    )
      ? range
      : undefined;
  }

  #origin(parts: readonly Part[]): Origin {
    // An array that holds the literal is where the reader already looks; a variable inside it is news.
    const via = firstOf(parts, ({ piece }) => piece.via.find((each) => !contains(each.definition, piece.at)));
    if (!via) return LITERAL;
    if (via.loop !== undefined) return { kind: 'loop', name: via.name, iteration: via.loop };
    return {
      kind: 'variable',
      name: via.name,
      definition: spanOf(this.#uri, via.definition),
      uses: via.uses,
    };
  }

  #parts(start: number, end: number): Part[] {
    const out: Part[] = [];
    for (let i = 0; i < this.pieces.length; i++) {
      const piece = this.pieces[i]!;
      const offset = this.#offsets[i]!;
      const length = (piece.text ?? UNKNOWN).length;
      const from = Math.max(start, offset) - offset;
      const to = Math.min(end, offset + length) - offset;
      if (from >= to) continue;
      if (!piece.exact) {
        out.push({ piece, at: piece.at, source: piece.source, partial: from > 0 || to < length });
        continue;
      }
      const source = { start: piece.source.start + from, end: piece.source.start + to };
      out.push({ piece, at: isAtHome(piece) ? source : piece.at, source, partial: false });
    }
    return out;
  }

  #pieceAt(offset: number): Piece | undefined {
    const index = this.#offsets.findLastIndex((start) => start <= offset);
    return this.pieces[Math.max(index, 0)];
  }

  /** The document offset right before character `offset` of `text`. */
  #pointAt(offset: number): number {
    const index = this.#offsets.findLastIndex((start) => start <= offset);
    const piece = this.pieces[index];
    if (!piece) return this.range.start;
    if (piece.exact && isAtHome(piece)) return piece.source.start + offset - this.#offsets[index]!;
    return offset === this.#offsets[index] ? piece.at.start : piece.at.end;
  }
}

const LITERAL: Origin = { kind: 'literal' };

const asItIs = (text: string): string => text;

function firstOf<A, B>(items: readonly A[], of: (item: A) => B | undefined): B | undefined {
  for (const item of items) {
    const found = of(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Part {
  /** Only some characters of a piece whose characters have no places of their own. */
  readonly partial: boolean;
  readonly piece: Piece;
  readonly at: Range;
  readonly source: Range;
}

/** True where the reader sees the characters themselves, in the word or in an array, and not a `$NAME`. */
const isAtHome = ({ at, source }: Piece): boolean => at.start === source.start && at.end === source.end;

/** Whether an edit of it changes nothing but what the reader sees there. */
const isLiteral = (piece: Piece): boolean =>
  piece.exact &&
  piece.text !== undefined &&
  isAtHome(piece) &&
  piece.via.every((via) => !isShared(via) && contains(via.definition, piece.at));

const isShared = (via: Via): boolean => via.uses !== 1 || via.loop !== undefined;

/** Writes a text so that the place hands it on unchanged. */
export function quote(text: string, quoting: Quoting): string {
  switch (quoting) {
    case 'bare':
      return text.replace(/[^\w.,=:/@%+^~-]/g, (c) => `\\${c}`);
    case 'double':
      return text.replace(/[$`"\\]/g, (c) => `\\${c}`);
    case 'single':
      return text.replaceAll("'", "'\\''");
    case 'xml-single':
    case 'xml-double':
      return text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll(quoting === 'xml-single' ? "'" : '"', quoting === 'xml-single' ? '&apos;' : '&quot;');
    case 'none':
      return text;
  }
}
