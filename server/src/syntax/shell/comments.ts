import type { ShellComment } from './tree.ts';

/** What a word may begin behind, and with it a comment. */
const BEFORE_WORD = /[\s;&|()<>]/;

const beginsWord = (text: string, at: number): boolean => at === 0 || BEFORE_WORD.test(text[at - 1]!);

/**
 * Finds the comments of a script.
 * @param opaque places inside which a `#` is no comment (words with quotes, here-documents), two offsets each.
 */
export function findComments(text: string, opaque: readonly number[]): ShellComment[] {
  const out: ShellComment[] = [];
  let ranges: [number, number][] | undefined;
  let next = 0;
  for (let start = text.indexOf('#'); start >= 0; start = text.indexOf('#', next)) {
    next = start + 1;
    if (!beginsWord(text, start)) continue;
    ranges ??= sortedRanges(opaque);
    if (isInside(ranges, start)) continue;
    next = lineEnd(text, start);
    out.push({ range: { start, end: next }, text: text.slice(start, next) });
  }
  return out;
}

/** The end of the line, before its break. */
function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
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
