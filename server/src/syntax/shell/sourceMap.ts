import type { Range } from '../../text/span.ts';

interface Insertion {
  /** An offset of the text as it was right before this insertion. */
  readonly at: number;
  readonly length: number;
}

/** Leads from a text into which closers were inserted, one after the other, back to the original. */
export class SourceMap {
  readonly #insertions: readonly Insertion[];

  private constructor(insertions: readonly Insertion[]) {
    this.#insertions = insertions;
  }

  static readonly identity = new SourceMap([]);

  /** The map after `length` more characters were inserted at `at` of the text this map leads back from. */
  inserted(at: number, length: number): SourceMap {
    return new SourceMap([...this.#insertions, { at, length }]);
  }

  /** An offset of the original text; what stands inside an insertion is where the insertion was made. */
  offset(position: number): number {
    let at = position;
    for (let i = this.#insertions.length - 1; i >= 0; i--) {
      const insertion = this.#insertions[i]!;
      if (at >= insertion.at + insertion.length) at -= insertion.length;
      else if (at > insertion.at) at = insertion.at;
    }
    return at;
  }

  range(start: number, end: number): Range {
    if (this.#insertions.length === 0) return { start, end };
    return { start: this.offset(start), end: this.offset(end) };
  }
}
