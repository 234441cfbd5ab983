import type { TextEdit } from './edit.ts';

/** Beyond this many comparisons the whole difference becomes one edit. */
const MAX_CELLS = 4_000_000;

/** Beyond this many pairs of changed lines a run of them is not taken apart. */
const MAX_PAIRS = 400;

const LINES = /[^\n]*\n|[^\n]+$/g;

/** Pieces in which two lines are compared: words, blanks, and single other characters. */
const TOKENS = /[A-Za-z0-9_.]+|[ \t]+|[\s\S]/g;

/** A run that differs: [aStart, aEnd) of the one list became [bStart, bEnd) of the other. */
interface Hunk {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/**
 * A small set of edits that turns one text into the other, as a person would have made them: whole lines come
 * and go, and within a line only the words that differ.
 */
export function diffEdits(from: string, to: string): TextEdit[] {
  const a = from.match(LINES) ?? [];
  const b = to.match(LINES) ?? [];
  const starts = offsets(a);
  return hunks(a, b).flatMap((hunk) => {
    const old = a.slice(hunk.aStart, hunk.aEnd);
    const now = b.slice(hunk.bStart, hunk.bEnd);
    return pairLines(old, now).flatMap(({ aStart, aEnd, bStart, bEnd }) =>
      lineEdits(
        old.slice(aStart, aEnd).join(''),
        now.slice(bStart, bEnd).join(''),
        starts[hunk.aStart + aStart]!,
      ),
    );
  });
}

/** How much of two lines is alike, from 0 to 1. */
function likeness(a: string, b: string): number {
  const left = a.match(TOKENS) ?? [];
  const right = b.match(TOKENS) ?? [];
  return (2 * lengths(left, right)[0]![0]!) / (left.length + right.length);
}

/**
 * Which old line became which new one: the pairs, in order, that are most alike. Lines without a partner come or
 * go as a whole.
 */
function pairLines(a: readonly string[], b: readonly string[]): Hunk[] {
  if (a.length === 0 || b.length === 0 || a.length * b.length > MAX_PAIRS) {
    return [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }];
  }
  const best = Array.from({ length: a.length + 1 }, () => new Float64Array(b.length + 1));
  const gain = (i: number, j: number): number => Math.max(0, likeness(a[i]!, b[j]!) - 0.5);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const apart = Math.max(best[i + 1]![j]!, best[i]![j + 1]!);
      best[i]![j] = Math.max(apart, best[i + 1]![j + 1]! + gain(i, j));
    }
  }
  const out: Hunk[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const paired =
      i < a.length && j < b.length && best[i]![j]! > Math.max(best[i + 1]![j]!, best[i]![j + 1]!);
    if (paired) out.push({ aStart: i, aEnd: ++i, bStart: j, bEnd: ++j });
    else if (i < a.length && (j >= b.length || best[i + 1]![j]! >= best[i]![j + 1]!)) {
      out.push({ aStart: i, aEnd: ++i, bStart: j, bEnd: j });
    } else out.push({ aStart: i, aEnd: i, bStart: j, bEnd: ++j });
  }
  return joinRuns(out);
}

/** Joins neighbours that only remove or only add, so that a run of lines is one edit. */
function joinRuns(pieces: readonly Hunk[]): Hunk[] {
  const out: Hunk[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    const plain = (hunk: Hunk): boolean => hunk.aStart === hunk.aEnd || hunk.bStart === hunk.bEnd;
    if (last && plain(last) && plain(piece)) {
      out[out.length - 1] = { ...last, aEnd: piece.aEnd, bEnd: piece.bEnd };
    } else out.push(piece);
  }
  return out;
}

function lineEdits(from: string, to: string, offset: number): TextEdit[] {
  // A line that only comes or goes needs no comparison of its words.
  if (from === '' || to === '') return from === to ? [] : [edit(offset, offset + from.length, to)];
  const a = from.match(TOKENS) ?? [];
  const b = to.match(TOKENS) ?? [];
  const starts = offsets(a);
  return hunks(a, b).map((hunk, n, all) => {
    const { aStart, aEnd, bStart, bEnd } = beginWithBlank(a, b, hunk, all[n - 1]?.aEnd);
    return edit(offset + starts[aStart]!, offset + starts[aEnd]!, b.slice(bStart, bEnd).join(''));
  });
}

/**
 * `b -` put between `-` and `c` may as well be `- b` put before them: an insertion slides left to where it begins
 * with a blank, if it can, since that is how a person would have made it.
 * @param before where the difference before it ends, behind which it stays
 */
function beginWithBlank(a: readonly string[], b: readonly string[], hunk: Hunk, before = 0): Hunk {
  if (hunk.aStart !== hunk.aEnd) return hunk;
  let { aStart: at, bStart, bEnd } = hunk;
  while (at > before && b[bStart]?.trim() !== '' && a[at - 1] === b[bEnd - 1]) {
    at--;
    bStart--;
    bEnd--;
  }
  return b[bStart]?.trim() === '' ? { aStart: at, aEnd: at, bStart, bEnd } : hunk;
}

const edit = (start: number, end: number, newText: string): TextEdit => ({ range: { start, end }, newText });

/** The offset of each piece, and behind the last one that of the end. */
function offsets(pieces: readonly string[]): number[] {
  const out = [0];
  for (const piece of pieces) out.push(out.at(-1)! + piece.length);
  return out;
}

/** Where two lists differ, by their longest common subsequence; what is alike at both ends is cut off first. */
function hunks(a: readonly string[], b: readonly string[]): Hunk[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  const most = Math.min(a.length, b.length) - head;
  while (tail < most && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const aEnd = a.length - tail;
  const bEnd = b.length - tail;
  if (head === aEnd && head === bEnd) return [];
  if ((aEnd - head) * (bEnd - head) > MAX_CELLS) return [{ aStart: head, aEnd, bStart: head, bEnd }];
  return walk(a.slice(head, aEnd), b.slice(head, bEnd), head);
}

function walk(a: readonly string[], b: readonly string[], head: number): Hunk[] {
  const common = lengths(a, b);
  const out: Hunk[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [iStart, jStart] = [i, j];
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) break;
      if (i < a.length && (j >= b.length || common[i + 1]![j]! >= common[i]![j + 1]!)) i++;
      else j++;
    }
    if (i > iStart || j > jStart) {
      out.push({ aStart: head + iStart, aEnd: head + i, bStart: head + jStart, bEnd: head + j });
    }
    while (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    }
  }
  return out;
}

/** common[i][j]: how many pieces a[i..] and b[j..] have in common, in order. */
function lengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      rows[i]![j] = a[i] === b[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
    }
  }
  return rows;
}
