import type { Piece } from './word.ts';

/** What a template engine fills in before a shell sees it: `@X@`, `%X%`, `__X__`, `{x}`, and the ends of `{{ x }}`. */
const PLACEHOLDER = /@[A-Za-z_]\w*@|%[A-Z_]\w*%|__[A-Za-z]\w*__|\{\{\w*\}\}|\{\w*\}|\{\{|\}\}|\{%|%\}/g;

/** JSON has braces of its own. */
const JSON_OBJECT = /^\{\s*["'}]/;

/** The pieces of a word with what a template will fill in as pieces of their own, which are not known. */
export function openPlaceholders(pieces: Piece[]): Piece[] {
  if (!pieces.some(hasPlaceholder) || JSON_OBJECT.test(pieces[0]!.text ?? '')) return pieces;
  return pieces.flatMap(split);
}

/** In a piece that is not written as it is read, nothing can be told apart. */
const hasPlaceholder = ({ text, exact }: Piece): boolean =>
  exact && text !== undefined && /[@%_{}]/.test(text) && text.search(PLACEHOLDER) >= 0;

function split(piece: Piece): Piece[] {
  if (!hasPlaceholder(piece)) return [piece];
  const out: Piece[] = [];
  let end = 0;
  for (const { 0: found, index } of piece.text!.matchAll(PLACEHOLDER)) {
    if (index > end) out.push(sliced(piece, end, index));
    end = index + found.length;
    out.push({ ...sliced(piece, index, end), text: undefined, why: 'placeholder', exact: false });
  }
  return end < piece.text!.length ? [...out, sliced(piece, end, piece.text!.length)] : out;
}

/** The characters [start, end) of a piece; one that the reader sees elsewhere stays where it is seen. */
function sliced(piece: Piece, start: number, end: number): Piece {
  const source = { start: piece.source.start + start, end: piece.source.start + end };
  const isAtHome = piece.at.start === piece.source.start && piece.at.end === piece.source.end;
  return { ...piece, text: piece.text!.slice(start, end), source, at: isAtHome ? source : piece.at };
}
