import { cover, type Range, type Uri } from '../../text/span.ts';
import type { BrokenContinuation, Invocation, Opening, Prefix } from './invocation.ts';
import type { Recognised } from './recognise.ts';
import { type Piece, Word } from './word.ts';

/**
 * Takes the arguments of a recognised command apart into prefixes, program and what the program receives.
 * @param range the whole command.
 */
export function assemble(
  uri: Uri,
  words: readonly (Word | Opening)[],
  { binary, at, prefixes, mayBringArguments }: Recognised,
  range: Range,
  brokenContinuations: readonly BrokenContinuation[],
): Invocation {
  const name = words[at]!;
  const opening = mayBringArguments && !(name instanceof Word) ? [name] : [];
  return {
    binary,
    command: asWord(uri, name),
    prefixes: prefixes.map((prefix) => toPrefix(uri, prefix.name, words.slice(prefix.at, prefix.end))),
    words: [...opening, ...words.slice(at + 1)],
    range,
    brokenContinuations,
  };
}

function toPrefix(uri: Uri, name: string, words: readonly (Word | Opening)[]): Prefix {
  const [command, ...own] = words.map((word) => asWord(uri, word));
  return { name, words: own, range: own.map((word) => word.range).reduce(cover, command!.range) };
}

function asWord(uri: Uri, word: Word | Opening): Word {
  if (word instanceof Word) return word;
  const { range, why } = word;
  const piece: Piece = {
    text: undefined,
    why,
    at: range,
    source: range,
    exact: false,
    quoting: 'bare',
    via: [],
  };
  return new Word(uri, range, [piece]);
}

/** Variants with the same words from the same places are one. */
export function distinct(variants: readonly Invocation[]): Invocation[] {
  if (variants.length < 2) return [...variants];
  const byKey = new Map<string, Invocation>();
  for (const variant of variants) {
    const words = [...variant.prefixes.flatMap((prefix) => prefix.words), variant.command, ...variant.words];
    const key = words.map(keyOf).join('\n');
    if (!byKey.has(key)) byKey.set(key, variant);
  }
  return [...byKey.values()];
}

const keyOf = (word: Word | Opening): string =>
  word instanceof Word
    ? JSON.stringify([word.text, ...word.pieces.map(({ source }) => source.start)])
    : `opening ${word.range.start}`;
