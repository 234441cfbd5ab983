import type { ShellComment } from './tree.ts';

/** Where a `#` may start a comment: at the beginning of a word. */
const CANDIDATE = /(?<=^|[\s;&|()<>])#[^\r\n]*/gm;

/**
 * Finds the comments of a script.
 * @param opaque places inside which a `#` is no comment (words with quotes, here-documents), two offsets each.
 */
export function findComments(text: string, opaque: readonly number[]): ShellComment[] {
  const out: ShellComment[] = [];
  let ranges: [number, number][] | undefined;
  CANDIDATE.lastIndex = 0;
  for (let match = CANDIDATE.exec(text); match; match = CANDIDATE.exec(text)) {
    const start = match.index;
    ranges ??= sortedRanges(opaque);
    if (isInside(ranges, start)) {
      CANDIDATE.lastIndex = start + 1;
      continue;
    }
    out.push({ range: { start, end: start + match[0].length }, text: match[0] });
  }
  return out;
}

/** The outermost ranges only, in order, so that one search decides. */
function sortedRanges(flat: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (let i = 0; i < flat.length; i += 2) ranges.push([flat[i]!, flat[i + 1]!]);
  ranges.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const out: [number, number][] = [];
  for (const range of ranges) {
    const last = out.at(-1);
    if (last && range[0] < last[1]) last[1] = Math.max(last[1], range[1]);
    else out.push(range);
  }
  return out;
}

function isInside(ranges: readonly [number, number][], offset: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]![0] <= offset) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low - 1];
  return range !== undefined && offset < range[1];
}
