import type { Range, Uri } from '../../../text/span.ts';
import { cover } from '../../../text/span.ts';
import type { Opening } from '../invocation.ts';
import { type Piece, type Via, Word } from '../word.ts';
import type { Field } from './fields.ts';
import type { Fragment, Step } from './fragment.ts';

/** Turns arguments into words that know where they stand and how each of their pieces came there. */
export class WordReader {
  readonly #uri: Uri;
  readonly #countUses: (name: string) => number;

  /** @param countUses how often the script expands a name. */
  constructor(uri: Uri, countUses: (name: string) => number) {
    this.#uri = uri;
    this.#countUses = countUses;
  }

  /** @param literals words of other paths: without variables they are the same. */
  read(fields: readonly Field[], literals?: Map<Field, Word>): (Word | Opening)[] {
    const brought = fieldsBy(fields, (step) => step.at);
    const elements = fieldsBy(fields, (step) => step.definition);
    return fields.map((field) => {
      if (isLiteral(field)) return this.#literal(field, literals);
      const level = levelOf(field, brought);
      const range = rangeOf(field, level, elements);
      if (field.kind === 'word') return new Word(this.#uri, range, this.#pieces(field, level));
      return { kind: 'opening', range, why: field.fragments[0]?.why ?? 'not-evaluated' };
    });
  }

  #literal(field: Field, literals: Map<Field, Word> | undefined): Word {
    const known = literals?.get(field);
    if (known) return known;
    const word = new Word(this.#uri, field.word.range, this.#pieces(field, 0));
    literals?.set(field, word);
    return word;
  }

  #pieces({ fragments }: Field, level: number): Piece[] {
    return fragments.map((fragment) => {
      const { text, why, source, exact, quoting, steps } = fragment;
      const via = steps.length === 0 ? NO_VARIABLES : steps.map((step) => this.#via(step));
      const at = placeAt(fragment, level);
      return why ? { text, why, at, source, exact, quoting, via } : { text, at, source, exact, quoting, via };
    });
  }

  #via({ name, definition, loop }: Step): Via {
    const uses = this.#countUses(name);
    return loop === undefined ? { name, definition, uses } : { name, definition, uses, loop };
  }
}

const NO_VARIABLES: readonly Via[] = [];

const isLiteral = ({ kind, fragments }: Field): boolean =>
  kind === 'word' && fragments.every((fragment) => fragment.steps.length === 0);

/** How many arguments each expansion, or each definition, had a part in. */
function fieldsBy(fields: readonly Field[], key: (step: Step) => Range): Map<Range, number> {
  const counts = new Map<Range, number>();
  for (const { fragments } of fields) {
    const seen: Range[] = [];
    for (const { steps } of fragments) {
      for (const range of steps.map(key)) {
        if (seen.includes(range)) continue;
        seen.push(range);
        counts.set(range, (counts.get(range) ?? 0) + 1);
      }
    }
  }
  return counts;
}

/**
 * How far into the definitions one has to go to see this argument alone. `$OPTS` that brings ten arguments would
 * be the place of all ten: each is shown in the definition instead. `-m $MEM` is shown at `$MEM`.
 */
function levelOf({ fragments }: Field, brought: ReadonlyMap<Range, number>): number {
  for (let level = 0; ; level++) {
    const step = fragments[0]?.steps[level];
    if (!step || !fragments.every((fragment) => fragment.steps[level]?.at === step.at)) return level;
    if (!step.list && (brought.get(step.at) ?? 0) < 2) return level;
  }
}

const placeAt = ({ steps, source }: Fragment, level: number): Range => steps[level]?.at ?? source;

function rangeOf({ fragments, word }: Field, level: number, elements: ReadonlyMap<Range, number>): Range {
  const through = level > 0 ? fragments[0]?.steps[level - 1] : undefined;
  if (!through) return word.range;
  // An element of an array is a word of its own, quotes included, unless it was split into several.
  const isWhole = through.list && elements.get(through.definition) === 1;
  return isWhole ? through.definition : fragments.map((fragment) => placeAt(fragment, level)).reduce(cover);
}
