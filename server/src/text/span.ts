/** Where a document lives: an LSP URI, or the path as the user gave it. Never interpreted inside the core. */
export type Uri = string;

/** Half-open range of UTF-16 offsets. Line and column exist only at the edges (see lineIndex.ts). */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A range in a named document. */
export interface Span extends Range {
  readonly uri: Uri;
}

export const spanOf = (uri: Uri, range: Range): Span => ({ uri, start: range.start, end: range.end });

export const sliceOf = (text: string, range: Range): string => text.slice(range.start, range.end);

/** True where `inner` lies wholly within `outer`; both must be of one document. */
export const contains = (outer: Range, inner: Range): boolean =>
  outer.start <= inner.start && inner.end <= outer.end;

/** True where the two share at least one character, or an empty one touches the other. */
export const touches = (a: Range, b: Range): boolean => a.start <= b.end && b.start <= a.end;

/** The smallest range that holds both. */
export const cover = (a: Range, b: Range): Range => ({
  start: Math.min(a.start, b.start),
  end: Math.max(a.end, b.end),
});
