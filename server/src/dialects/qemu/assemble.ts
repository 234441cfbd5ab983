import { cover, type Range, type Uri } from '../../text/span.ts';
import { asWord, type BrokenContinuation, type Invocation, type Opening, type Prefix } from './invocation.ts';
import type { Recognised } from './recognise.ts';
import { Word } from './word.ts';

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

/** Variants with the same words from the same places are one. */
export function distinct(variants: readonly Invocation[]): Invocation[] {
  const out: Invocation[] = [];
  for (const variant of variants) if (!out.some((other) => isSame(variant, other))) out.push(variant);
  return out;
}

const isSame = (a: Invocation, b: Invocation): boolean =>
  sameWords([a.command], [b.command]) &&
  sameWords(a.words, b.words) &&
  a.prefixes.length === b.prefixes.length &&
  a.prefixes.every((prefix, i) => sameWords(prefix.words, b.prefixes[i]!.words));

const sameWords = (a: readonly (Word | Opening)[], b: readonly (Word | Opening)[]): boolean =>
  a.length === b.length && a.every((word, i) => sameWord(word, b[i]!));

function sameWord(a: Word | Opening, b: Word | Opening): boolean {
  if (a === b) return true;
  if (!(a instanceof Word && b instanceof Word)) {
    return !(a instanceof Word || b instanceof Word) && a.range.start === b.range.start;
  }
  return (
    a.text === b.text &&
    a.pieces.length === b.pieces.length &&
    a.pieces.every(({ source }, i) => source.start === b.pieces[i]!.source.start)
  );
}
