import type { ShellTree } from '../../../syntax/shell/tree.ts';
import { contains, type Range } from '../../../text/span.ts';
import { groupBy } from '../../../values/groupBy.ts';

const EXPANSION = /\$(?:\{[!#]?)?([A-Za-z_]\w*|[\d@*])/g;
const NAME = /(?<![\w$#{])[A-Za-z_]\w*/g;

/**
 * Counts how often a script expands each name, in command substitutions and here-documents too. That a variable
 * is made longer (`X="$X …"`) is no use of it.
 */
export function countExpansions(text: string, tree: ShellTree): ReadonlyMap<string, number> {
  const silent = [...tree.verbatim, ...tree.comments.map((comment) => comment.range)];
  const isSilent = insideAny(silent);
  const own = groupBy(tree.assignments, ({ name }) => name);
  const counts = new Map<string, number>();
  const count = (name: string, at: number) => {
    const place = { start: at, end: at + 1 };
    if (isSilent(at) || own.get(name)?.some(({ value }) => contains(value.range, place))) return;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  for (const { 1: name, index } of text.matchAll(EXPANSION)) {
    if (!isEscaped(text, index)) count(name!, index);
  }
  for (const { start, end } of outermost(tree.arithmetic)) {
    for (const match of text.slice(start, end).matchAll(NAME)) count(match[0], start + match.index);
  }
  return counts;
}

/** Whether an odd number of backslashes stands before a character. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === '\\') start--;
  return (at - start) % 2 === 1;
}

/** Disjoint ranges in order; those within others are left out. */
function outermost(ranges: readonly Range[]): Range[] {
  const out: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = out.at(-1);
    if (!last || range.start >= last.end) out.push(range);
  }
  return out;
}

/** A test for offsets that are asked for in any order. */
function insideAny(ranges: readonly Range[]): (offset: number) => boolean {
  const sorted = outermost(ranges);
  return (offset) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]!.end <= offset) low = middle + 1;
      else high = middle;
    }
    return sorted[low] !== undefined && sorted[low]!.start <= offset;
  };
}
