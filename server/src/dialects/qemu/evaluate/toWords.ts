import type { Range, Uri } from '../../../text/span.ts';
import { cover } from '../../../text/span.ts';
import type { Opening } from '../invocation.ts';
import { type Piece, type Via, Word } from '../word.ts';
import type { Field } from './fields.ts';
import type { Fragment, Step } from './fragment.ts';

/** How often a script expands a name. */
export type CountUses = (name: string) => number;

/** Turns arguments into words that know where they stand and how each of their pieces came there. */
export function toWords(uri: Uri, fields: readonly Field[], countUses: CountUses): (Word | Opening)[] {
  const brought = fieldsBy(fields, (step) => step.at);
  const elements = fieldsBy(fields, (step) => step.definition);
  return fields.map((field) => {
    const level = levelOf(field, brought);
    const range = rangeOf(field, level, elements);
    if (field.kind === 'opening') {
      return { kind: 'opening', range, why: field.fragments[0]?.why ?? 'not-evaluated' };
    }
    const pieces = field.fragments.map((fragment) => toPiece(fragment, level, countUses));
    return new Word(uri, range, pieces);
  });
}

function toPiece(fragment: Fragment, level: number, countUses: CountUses): Piece {
  const { text, why, source, exact, quoting, steps } = fragment;
  return {
    text,
    ...(why ? { why } : {}),
    at: placeAt(fragment, level),
    source,
    exact,
    quoting,
    via: steps.map((step) => toVia(step, countUses)),
  };
}

const toVia = ({ name, definition, loop }: Step, countUses: CountUses): Via => ({
  name,
  definition,
  uses: countUses(name),
  ...(loop === undefined ? {} : { loop }),
});

/** How many arguments each expansion, or each definition, had a part in. */
function fieldsBy(fields: readonly Field[], key: (step: Step) => Range): Map<Range, number> {
  const counts = new Map<Range, number>();
  for (const { fragments } of fields) {
    if (fragments.every(({ steps }) => steps.length === 0)) continue;
    const keys = new Set(fragments.flatMap(({ steps }) => steps.map(key)));
    for (const range of keys) counts.set(range, (counts.get(range) ?? 0) + 1);
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
    // `X="$X …"`: what X was before is a part of the same list.
    const isSelf = level > 0 && fragments[0]?.steps[level - 1]?.name === step.name;
    if (!step.list && !isSelf && (brought.get(step.at) ?? 0) < 2) return level;
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
