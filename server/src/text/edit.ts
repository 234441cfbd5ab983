import { contains, type Range } from './span.ts';

/** Replaces the characters of a range by a new text; an empty range inserts. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/** Two edits speak of the same characters. */
export class EditsOverlap extends Error {
  override readonly name = 'EditsOverlap';
}

/**
 * Applies edits, all of which speak of the same original text.
 * @throws EditsOverlap where two edits overlap: which of them was meant to win would be a guess.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  let out = '';
  let at = 0;
  for (const { range, newText } of sorted) {
    if (range.start < at) throw new EditsOverlap(`edits overlap at offset ${range.start}`);
    out += text.slice(at, range.start) + newText;
    at = range.end;
  }
  return out + text.slice(at);
}

/** The edits without those that only remove a part of what another one removes. */
export const withoutNested = (edits: readonly TextEdit[]): TextEdit[] =>
  edits.filter(
    (edit) =>
      !edits.some(
        (outer) =>
          outer !== edit && outer.newText === '' && edit.newText === '' && contains(outer.range, edit.range),
      ),
  );
