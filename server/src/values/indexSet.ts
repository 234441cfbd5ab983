/** The lowest and the highest of numbers that follow one another. */
type Range = readonly [low: number, high: number];

/**
 * A set of small non-negative numbers (CPUs or nodes) kept as sorted, disjoint, non-adjacent ranges, so that
 * `0-4294967295` costs no more than `0`.
 *
 * Rules compare a great many sets, and most have one range: the methods go through the ranges of two sets side by side,
 * and take pairs apart by index, for which JavaScript needs no iterator.
 */
export class IndexSet {
  readonly ranges: readonly Range[];

  private constructor(ranges: readonly Range[]) {
    this.ranges = ranges;
  }

  static readonly empty = new IndexSet([]);

  /** Of ranges that are in order and apart. */
  private static ofJoined(ranges: readonly Range[]): IndexSet {
    return ranges.length === 0 ? IndexSet.empty : new IndexSet(ranges);
  }

  /** Builds a set from ranges in any order; overlapping and adjacent ones are joined. */
  static of(ranges: readonly Range[]): IndexSet {
    const joined: [number, number][] = [];
    let last: [number, number] | undefined;
    for (const range of inOrder(ranges)) {
      const low = range[0];
      const high = range[1];
      if (low > high) continue;
      if (last === undefined || low > last[1] + 1) {
        last = [low, high];
        joined.push(last);
      } else if (high > last[1]) {
        last[1] = high;
      }
    }
    return IndexSet.ofJoined(joined);
  }

  static from(values: Iterable<number>): IndexSet {
    const ranges: Range[] = [];
    for (const value of values) ranges.push([value, value]);
    return IndexSet.of(ranges);
  }

  /** All members of several sets. */
  static unionOf(sets: Iterable<IndexSet>): IndexSet {
    const ranges: Range[] = [];
    for (const set of sets) ranges.push(...set.ranges);
    return IndexSet.of(ranges);
  }

  /** From one number to another, both included; empty where the second is the lower. */
  static between(low: number, high: number): IndexSet {
    return low <= high ? new IndexSet([[low, high]]) : IndexSet.empty;
  }

  /** The first so many numbers, as those of vCPUs are: from 0 on. */
  static first(count: number): IndexSet {
    return IndexSet.between(0, count - 1);
  }

  get size(): number {
    let sum = 0;
    for (const range of this.ranges) sum += range[1] - range[0] + 1;
    return sum;
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  /** Smallest member, or undefined for the empty set. */
  get min(): number | undefined {
    return this.ranges[0]?.[0];
  }

  /** Largest member, or undefined for the empty set. */
  get max(): number | undefined {
    return this.ranges.at(-1)?.[1];
  }

  has(value: number): boolean {
    for (const range of this.ranges) if (value <= range[1]) return range[0] <= value;
    return false;
  }

  /** True where the two have a member in common. */
  overlaps(other: IndexSet): boolean {
    const a = this.ranges;
    const b = other.ranges;
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
      if (a[i]![1] < b[j]![0]) i++;
      else if (b[j]![1] < a[i]![0]) j++;
      else return true;
    }
    return false;
  }

  /** True where the other one has all members of this one. */
  isWithin(other: IndexSet): boolean {
    const b = other.ranges;
    let j = 0;
    for (const range of this.ranges) {
      while (j < b.length && b[j]![1] < range[1]) j++;
      if (j === b.length || b[j]![0] > range[0]) return false;
    }
    return true;
  }

  union(other: IndexSet): IndexSet {
    if (this.isEmpty) return other;
    if (other.isEmpty) return this;
    return IndexSet.of([...this.ranges, ...other.ranges]);
  }

  intersect(other: IndexSet): IndexSet {
    const a = this.ranges;
    const b = other.ranges;
    const common: Range[] = [];
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
      const low = Math.max(a[i]![0], b[j]![0]);
      const high = Math.min(a[i]![1], b[j]![1]);
      if (low <= high) common.push([low, high]);
      if (a[i]![1] < b[j]![1]) i++;
      else j++;
    }
    return IndexSet.ofJoined(common);
  }

  subtract(other: IndexSet): IndexSet {
    if (!this.overlaps(other)) return this;
    const b = other.ranges;
    const rest: Range[] = [];
    let j = 0;
    for (const range of this.ranges) {
      let low = range[0];
      const high = range[1];
      while (j < b.length && b[j]![1] < low) j++;
      // The last one may reach into the next range, too.
      for (let k = j; k < b.length && b[k]![0] <= high; k++) {
        if (low < b[k]![0]) rest.push([low, b[k]![0] - 1]);
        low = b[k]![1] + 1;
      }
      if (low <= high) rest.push([low, high]);
    }
    return IndexSet.ofJoined(rest);
  }

  equals(other: IndexSet): boolean {
    const b = other.ranges;
    return (
      this.ranges.length === b.length &&
      this.ranges.every((range, i) => range[0] === b[i]![0] && range[1] === b[i]![1])
    );
  }

  /** The members in order. Only for sets known to be small. */
  *[Symbol.iterator](): Iterator<number> {
    for (const [low, high] of this.ranges) for (let i = low; i <= high; i++) yield i;
  }

  /** `0-3,8`: the form that both dialects, the kernel and people read. */
  toString(): string {
    let text = '';
    for (const range of this.ranges) {
      const separator = text === '' ? '' : ',';
      text += range[0] === range[1] ? `${separator}${range[0]}` : `${separator}${range[0]}-${range[1]}`;
    }
    return text;
  }
}

/** Ranges by where they begin: as they are, where they have that order, as nearly all have. */
function inOrder(ranges: readonly Range[]): readonly Range[] {
  for (let i = 1; i < ranges.length; i++) {
    if (ranges[i - 1]![0] > ranges[i]![0]) return [...ranges].sort((a, b) => a[0] - b[0]);
  }
  return ranges;
}

const PART = /^\s*(\^?)(\d{1,10})(?:\s*-\s*(\d{1,10}))?\s*$/;

/**
 * Reads a Linux or libvirt list such as `0-3,8,^2`. libvirt's `^` takes away what stands before it
 * (virBitmapParse in src/util/virbitmap.c). Returns undefined for anything else.
 */
export function parseIndexSet(text: string): IndexSet | undefined {
  let set = IndexSet.empty;
  // Joined at once: a list of many single numbers is as common as one of a few ranges.
  let added: Range[] = [];
  for (const part of text.includes(',') ? text.split(',') : [text]) {
    const match = PART.exec(part);
    if (!match) return undefined;
    const low = Number(match[2]);
    const high = match[3] === undefined ? low : Number(match[3]);
    if (high < low || (match[1] && match[3] !== undefined)) return undefined;
    if (!match[1]) {
      added.push([low, high]);
      continue;
    }
    set = set.union(IndexSet.of(added)).subtract(IndexSet.between(low, low));
    added = [];
  }
  return set.union(IndexSet.of(added));
}
