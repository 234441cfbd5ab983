import type { Range, Uri } from '../../../text/span.ts';
import { cover } from '../../../text/span.ts';
import type { Opening } from '../invocation.ts';
import { openPlaceholders } from '../placeholders.ts';
import { type Piece, type Via, Word } from '../word.ts';
import type { Field } from './fields.ts';
import type { Fragment, Step } from './fragment.ts';

/** Turns arguments into words that know where they stand and how each of their pieces came there. */
export class WordReader {
  readonly #uri: Uri;
  readonly #countUses: (name: string) => number;
  readonly #known = new Map<Fragment, KnownWord>();

  /** @param countUses how often the script expands a name. */
  constructor(uri: Uri, countUses: (name: string) => number) {
    this.#uri = uri;
    this.#countUses = countUses;
  }

  /** @param isForked the same command is read again, as it is on another path. */
  read(fields: readonly Field[], isForked: boolean): (Word | Opening)[] {
    const origins = new Origins(fields);
    return fields.map((field) => {
      const level = levelOf(field, origins);
      const range = rangeOf(field, level, origins);
      if (field.kind === 'word') {
        return isForked ? this.#shared(field, level, range) : this.#word(field, level, range);
      }
      return { kind: 'opening', range, why: field.fragments[0]?.why ?? 'not-evaluated' };
    });
  }

  /** The word that was read of the same characters on another path, else a new one. */
  #shared(field: Field, level: number, range: Range): Word {
    const first = field.fragments[0]!;
    const known = this.#known.get(first);
    if (known && known.level === level && isSame(known, field, range)) return known.word;
    const word = this.#word(field, level, range);
    this.#known.set(first, { field, level, word });
    return word;
  }

  #word({ fragments }: Field, level: number, range: Range): Word {
    const pieces = fragments.map((fragment) => this.#piece(fragment, level));
    return new Word(this.#uri, range, openPlaceholders(pieces));
  }

  #piece(fragment: Fragment, level: number): Piece {
    const { text, why, source, exact, quoting, steps } = fragment;
    const via = steps.length === 0 ? NO_VARIABLES : steps.map((step) => this.#via(step));
    const at = placeAt(fragment, level);
    return why ? { text, why, at, source, exact, quoting, via } : { text, at, source, exact, quoting, via };
  }

  #via({ name, definition, loop }: Step): Via {
    const uses = this.#countUses(name);
    return loop === undefined ? { name, definition, uses } : { name, definition, uses, loop };
  }
}

const NO_VARIABLES: readonly Via[] = [];

interface KnownWord {
  readonly field: Field;
  readonly level: number;
  readonly word: Word;
}

const isSame = ({ field: known, word }: KnownWord, { fragments }: Field, range: Range): boolean =>
  word.range.start === range.start &&
  word.range.end === range.end &&
  known.fragments.length === fragments.length &&
  known.fragments.every((fragment, i) => fragment === fragments[i]);

/** How many arguments each expansion, and each definition, had a part in. */
class Origins {
  readonly #expansions = new Map<Range, Count>();
  readonly #definitions = new Map<Range, Count>();

  constructor(fields: readonly Field[]) {
    for (const field of fields) {
      for (const { steps } of field.fragments) {
        for (const { at, definition } of steps) {
          count(this.#expansions, at, field);
          count(this.#definitions, definition, field);
        }
      }
    }
  }

  /** The arguments that an expansion, `$OPTS`, brings. */
  broughtBy(expansion: Range): number {
    return this.#expansions.get(expansion)?.fields ?? 0;
  }

  /** The arguments that come from one value that was assigned. */
  from(definition: Range): number {
    return this.#definitions.get(definition)?.fields ?? 0;
  }
}

interface Count {
  fields: number;
  /** The last one, which counts once whatever part of it comes from there. */
  last: Field;
}

function count(counts: Map<Range, Count>, range: Range, field: Field): void {
  const known = counts.get(range);
  if (!known) counts.set(range, { fields: 1, last: field });
  else if (known.last !== field) {
    known.fields++;
    known.last = field;
  }
}

/**
 * How far into the definitions one has to go to see this argument alone. `$OPTS` that brings ten arguments would
 * be the place of all ten: each is shown in the definition instead. `-m $MEM` is shown at `$MEM`.
 */
function levelOf({ fragments }: Field, origins: Origins): number {
  const { steps } = fragments[0]!;
  for (let level = 0; level < steps.length; level++) {
    const { at, list } = steps[level]!;
    if (!list && origins.broughtBy(at) < 2) return level;
    if (fragments.length > 1 && !fragments.every((each) => each.steps[level]?.at === at)) return level;
  }
  return steps.length;
}

const placeAt = ({ steps, source }: Fragment, level: number): Range => steps[level]?.at ?? source;

function rangeOf({ fragments, word }: Field, level: number, origins: Origins): Range {
  const through = level > 0 ? fragments[0]?.steps[level - 1] : undefined;
  if (!through) return word.range;
  // An element of an array is a word of its own, quotes included, unless it was split into several.
  const isWhole = through.list && origins.from(through.definition) === 1;
  return isWhole ? through.definition : fragments.map((fragment) => placeAt(fragment, level)).reduce(cover);
}
