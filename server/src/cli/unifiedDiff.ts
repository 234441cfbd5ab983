/** Lines shown around a change, by which patch finds it again. */
const CONTEXT = 3;

/** Above this many comparisons, all that differs is shown as one change: still a correct diff. */
const MAX_CELLS = 4_000_000;

/** A run of lines that differ, as half-open ranges of zero-based lines of either text. */
interface Change {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/**
 * Writes the difference of two texts as git does, for `patch -p1` and `git apply`. The texts are those of the
 * files, byte order mark included.
 * @returns the empty string where nothing differs.
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  const old = splitLines(before);
  const now = splitLines(after);
  const hunks = hunksOf(changesOf(old, now));
  if (hunks.length === 0) return '';
  const name = path.replace(/^\/+/, '');
  // The tab ends a name that has blanks in it.
  const tail = /\s/.test(name) ? '\t' : '';
  const body = hunks.flatMap((hunk) => renderHunk(hunk, old, now));
  return [`--- a/${name}${tail}\n`, `+++ b/${name}${tail}\n`, ...body].join('');
}

/** Lines with their ends. Only \n ends one here: patch knows no other, and a \r stays in its line. */
const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function changesOf(old: readonly string[], now: readonly string[]): Change[] {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let oldEnd = old.length;
  let newEnd = now.length;
  while (oldEnd > head && newEnd > head && old[oldEnd - 1] === now[newEnd - 1]) {
    oldEnd--;
    newEnd--;
  }
  if (oldEnd === head && newEnd === head) return [];
  if ((oldEnd - head) * (newEnd - head) > MAX_CELLS) {
    return [{ oldStart: head, oldEnd, newStart: head, newEnd }];
  }
  const middle = compare(old.slice(head, oldEnd), now.slice(head, newEnd));
  return middle.map((change) => ({
    oldStart: change.oldStart + head,
    oldEnd: change.oldEnd + head,
    newStart: change.newStart + head,
    newEnd: change.newEnd + head,
  }));
}

/** The changes that are left when as many lines as possible stay (longest common subsequence). */
function compare(old: readonly string[], now: readonly string[]): Change[] {
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i]![j] =
        old[i] === now[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  const atEnd = (): boolean => i === old.length && j === now.length;
  while (!atEnd()) {
    const [oldStart, newStart] = [i, j];
    while (!atEnd() && old[i] !== now[j]) {
      const drop = j === now.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!);
      if (drop) i++;
      else j++;
    }
    if (i > oldStart || j > newStart) changes.push({ oldStart, oldEnd: i, newStart, newEnd: j });
    while (!atEnd() && old[i] === now[j]) {
      i++;
      j++;
    }
  }
  return changes;
}

/** Changes whose context would touch are shown together. */
function hunksOf(changes: readonly Change[]): Change[][] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1);
    if (last && change.oldStart - last.oldEnd <= 2 * CONTEXT) hunks.at(-1)!.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function renderHunk(hunk: readonly Change[], old: readonly string[], now: readonly string[]): string[] {
  const first = hunk[0]!;
  const last = hunk.at(-1)!;
  const lead = Math.min(CONTEXT, first.oldStart);
  const trail = Math.min(CONTEXT, old.length - last.oldEnd);
  const oldStart = first.oldStart - lead;
  const newStart = first.newStart - lead;
  const oldRange = lineRange(oldStart, last.oldEnd + trail - oldStart);
  const newRange = lineRange(newStart, last.newEnd + trail - newStart);
  const out = [`@@ -${oldRange} +${newRange} @@\n`];
  let at = oldStart;
  for (const change of hunk) {
    out.push(...marked(' ', old.slice(at, change.oldStart)));
    out.push(...marked('-', old.slice(change.oldStart, change.oldEnd)));
    out.push(...marked('+', now.slice(change.newStart, change.newEnd)));
    at = change.oldEnd;
  }
  out.push(...marked(' ', old.slice(at, last.oldEnd + trail)));
  return out;
}

/** A range of no lines is named by the line before it. */
const lineRange = (start: number, count: number): string => `${count === 0 ? start : start + 1},${count}`;

const marked = (sign: string, lines: readonly string[]): string[] =>
  lines.map((line) => (line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`));
