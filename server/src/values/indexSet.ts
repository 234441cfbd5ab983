/**
 * A set of small non-negative numbers (CPUs or nodes) kept as sorted, disjoint, non-adjacent ranges, so that
 * `0-4294967295` costs no more than `0`.
 */
export class IndexSet {
  readonly ranges: readonly (readonly [number, number])[];

  private constructor(ranges: readonly (readonly [number, number])[]) {
    this.ranges = ranges;
  }

  static readonly empty = new IndexSet([]);

  /** Builds a set from ranges in any order; overlapping and adjacent ones are joined. */
  static of(ranges: Iterable<readonly [number, number]>): IndexSet {
    const sorted = [...ranges].filter(([low, high]) => low <= high).sort((a, b) => a[0] - b[0]);
    const joined: [number, number][] = [];
    for (const [low, high] of sorted) {
      const last = joined.at(-1);
      if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
      else joined.push([low, high]);
    }
    return new IndexSet(joined);
  }

  static from(values: Iterable<number>): IndexSet {
    return IndexSet.of([...values].map((value) => [value, value] as const));
  }

  get size(): number {
    return this.ranges.reduce((sum, [low, high]) => sum + high - low + 1, 0);
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  /** Largest member, or undefined for the empty set. */
  get max(): number | undefined {
    return this.ranges.at(-1)?.[1];
  }

  has(value: number): boolean {
    return this.ranges.some(([low, high]) => low <= value && value <= high);
  }

  union(other: IndexSet): IndexSet {
    return IndexSet.of([...this.ranges, ...other.ranges]);
  }

  intersect(other: IndexSet): IndexSet {
    const out: [number, number][] = [];
    for (const [a, b] of this.ranges) {
      for (const [c, d] of other.ranges) {
        const low = Math.max(a, c);
        const high = Math.min(b, d);
        if (low <= high) out.push([low, high]);
      }
    }
    return IndexSet.of(out);
  }

  subtract(other: IndexSet): IndexSet {
    let rest: (readonly [number, number])[] = [...this.ranges];
    for (const [c, d] of other.ranges) {
      rest = rest.flatMap(([a, b]) => [[a, Math.min(b, c - 1)] as const, [Math.max(a, d + 1), b] as const]);
      rest = rest.filter(([a, b]) => a <= b);
    }
    return IndexSet.of(rest);
  }

  equals(other: IndexSet): boolean {
    return this.toString() === other.toString();
  }

  /** The members in order. Only for sets known to be small. */
  *[Symbol.iterator](): Iterator<number> {
    for (const [low, high] of this.ranges) for (let i = low; i <= high; i++) yield i;
  }

  /** `0-3,8`: the form that both dialects, the kernel and people read. */
  toString(): string {
    return this.ranges.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`)).join(',');
  }
}

/**
 * Reads a Linux or libvirt list such as `0-3,8,^2`. libvirt's `^` takes away what stands before it
 * (virBitmapParse in src/util/virbitmap.c). Returns undefined for anything else.
 */
export function parseIndexSet(text: string): IndexSet | undefined {
  let set = IndexSet.empty;
  // Joined at once: a list of many single numbers is as common as one of a few ranges.
  let added: (readonly [number, number])[] = [];
  for (const part of text.split(',')) {
    const match = /^\s*(\^?)(\d{1,10})(?:\s*-\s*(\d{1,10}))?\s*$/.exec(part);
    if (!match) return undefined;
    const low = Number(match[2]);
    const high = Number(match[3] ?? match[2]);
    if (high < low || (match[1] && match[3] !== undefined)) return undefined;
    if (!match[1]) {
      added.push([low, high]);
      continue;
    }
    set = IndexSet.of([...set.ranges, ...added]).subtract(IndexSet.of([[low, high]]));
    added = [];
  }
  return added.length > 0 ? IndexSet.of([...set.ranges, ...added]) : set;
}
