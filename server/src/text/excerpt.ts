import type { TextEdit } from './edit.ts';
import type { Range } from './span.ts';

/** Characters of an excerpt that come from one stretch of the carrier. */
export interface Run {
  /** Where they stand in the excerpt. */
  readonly at: number;
  readonly length: number;
  /** What they stand for in the carrier; empty for what the carrier says in other ways. */
  readonly source: Range;
  /** They are the carrier's own, one by one; else the run stands for its stretch as a whole. */
  readonly copied: boolean;
  /** References that brought the run here from elsewhere in the carrier, outermost first: `$(ARGS)` of make. */
  readonly via: readonly Range[];
  /** The carrier uses the stretch in other places too, which an edit would reach. */
  readonly shared: boolean;
}

/** How the carrier writes a text that is to be inserted; undefined where it cannot, or not without a guess. */
export type Encode = (newText: string) => string | undefined;

/**
 * A text that stands inside another one, its carrier: a fence of a Markdown file, the commands of a unit. It is read
 * as a document of its own; ranges and edits lead back to the carrier.
 */
export class Excerpt {
  readonly text: string;
  readonly runs: readonly Run[];
  readonly #encode: Encode;

  /** @param runs one behind the other, without gaps; `text` holds their characters. */
  constructor(text: string, runs: readonly Run[], encode: Encode) {
    this.text = text;
    this.runs = runs;
    this.#encode = encode;
  }

  /** The smallest range of the carrier that holds what the range stands for, seen from where its two ends meet. */
  toCarrier({ start, end }: Range): Range {
    const first = this.runs[this.#indexAt(start)];
    const last = end > start ? this.runs[this.#indexAt(end - 1)] : first;
    if (!first || !last) return { start: 0, end: 0 };
    let level = 0;
    while (level < first.via.length && first.via[level] === last.via[level]) level++;
    const from = first.via[level]?.start ?? within(first, start - first.at, 'start');
    if (start === end) return { start: from, end: from };
    const to = last.via[level]?.end ?? within(last, end - last.at, 'end');
    return { start: Math.min(from, to), end: Math.max(from, to) };
  }

  /** The offset of the excerpt where an offset of the carrier is read; undefined where the carrier speaks for itself. */
  fromCarrier(offset: number): number | undefined {
    const holds = ({ source }: Run): boolean => source.start <= offset && offset <= source.end;
    // Between two runs the second one counts, as it does for a cursor before a character.
    const run = this.runs.findLast((each) => each.length > 0 && holds(each) && offset < each.source.end);
    const found =
      run ?? this.runs.find((each) => each.length > 0 && each.source.end > each.source.start && holds(each));
    if (!found) return undefined;
    return found.copied ? found.at + offset - found.source.start : found.at;
  }

  /** Whether all of a range stands within something that the carrier only refers to, such as another file. */
  isForeign({ start, end }: Range): boolean {
    const run = this.runs[this.#indexAt(start)];
    return run !== undefined && !run.copied && end <= run.at + run.length;
  }

  /**
   * Edits of the excerpt as edits of the carrier.
   * @returns undefined where one of them would touch what the excerpt does not show, or the carrier cannot say it.
   */
  toCarrierEdits(edits: readonly TextEdit[]): TextEdit[] | undefined {
    const out: TextEdit[] = [];
    for (const { range, newText } of edits) {
      const place = range.start === range.end ? this.#placeAt(range.start, newText) : this.#stretch(range);
      const encoded = this.#encode(newText);
      if (!place || encoded === undefined) return undefined;
      out.push({ range: place, newText: encoded });
    }
    return out;
  }

  /** The stretch of the carrier that holds the characters of a range and nothing else. */
  #stretch({ start, end }: Range): Range | undefined {
    const runs = this.runs.slice(this.#indexAt(start), this.#indexAt(end - 1) + 1);
    const first = runs[0];
    const last = runs.at(-1);
    if (!first || !last || runs.some(({ shared }) => shared)) return undefined;
    if (runs.some((run, i) => i > 0 && run.source.start !== runs[i - 1]!.source.end)) return undefined;
    if (!first.copied && start > first.at) return undefined;
    if (!last.copied && end < last.at + last.length) return undefined;
    return { start: within(first, start - first.at, 'start'), end: within(last, end - last.at, 'end') };
  }

  /** Where the carrier takes an insertion. Beside a gap it belongs to what it is written like. */
  #placeAt(at: number, newText: string): Range | undefined {
    const index = this.#indexAt(at);
    const behind = this.runs[index];
    const before = behind && behind.at < at ? behind : this.runs[index - 1];
    const belongsBehind = /\s$/.test(newText) && !/^\s*#/.test(newText);
    const chosen = (belongsBehind ? behind : before) ?? before ?? behind;
    if (!chosen || chosen.shared) return undefined;
    const inside = at - chosen.at;
    if (!chosen.copied && inside > 0 && inside < chosen.length) return undefined;
    const offset = within(chosen, inside, inside > 0 ? 'end' : 'start');
    return { start: offset, end: offset };
  }

  /** The run that holds the character at an offset; the last one behind the end. */
  #indexAt(offset: number): number {
    let low = 0;
    let high = this.runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.runs[middle]!.at <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The carrier's offset for a place inside a run, or for the end of it that a range takes in. */
function within({ copied, source }: Run, inside: number, side: 'start' | 'end'): number {
  return copied ? source.start + inside : source[side];
}
