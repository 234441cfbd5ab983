/** A text with a word of ours at an offset, so that reading it shows what the offset belongs to. */
export interface Marked {
  readonly text: string;
  /** A name in every language that we read; nowhere else in the text. */
  readonly mark: string;
}

/** Puts a mark into a text, before the character at the offset. */
export function withMark(text: string, offset: number): Marked {
  let mark = 'VIRTLENSCURSOR';
  while (text.includes(mark)) mark += 'X';
  return { text: text.slice(0, offset) + mark + text.slice(offset), mark };
}
