import type { ForCommand, ShellWord } from '../../../syntax/shell/tree.ts';
import { elementOf } from './assignment.ts';
import { expandToFields } from './expansion.ts';
import type { Field } from './fields.ts';
import { computedFragment, sameFragment, textOf } from './fragment.ts';
import type { Element, State } from './state.ts';

/** Longer loops are read like those whose number of rounds is not known. */
const MAX_ROUNDS = 16;

/** What the variable of a `for` stands for in each round; undefined where that is not known or not the same. */
export function rounds(states: readonly State[], { words }: ForCommand): Element[] | undefined {
  const [first, ...others] = states.map((state) => itemsOf(state, words));
  if (!first || first.length > MAX_ROUNDS) return undefined;
  if (!others.every((items) => items && sameItems(items, first))) return undefined;
  return first;
}

function itemsOf(state: State, words: readonly ShellWord[] | undefined): Element[] | undefined {
  const elements = words
    ? words.map((word) => numbers(word) ?? (isExpandedByName(word) ? undefined : expandToFields(state, word)))
    : [];
  const fields: Field[] = [];
  for (const list of elements) {
    if (!list) return undefined;
    fields.push(...list);
  }
  const items = words
    ? fields.map((field, i) => elementOf(field, i))
    : state.positional.map((element, i) => ({
        ...element,
        parts: element.parts.map((held) => ({ ...held, loop: i })),
      }));
  const isKnown = items.every(
    (item) => !item.open && 'text' in textOf(item.parts.map((held) => held.fragment)),
  );
  return isKnown ? items : undefined;
}

/** `{1..4}` */
function numbers(word: ShellWord): Field[] | undefined {
  const [part] = word.parts;
  if (word.parts.length !== 1 || part?.kind !== 'text' || part.quoting !== 'bare') return undefined;
  const match = /^\{(-?\d{1,9})\.\.(-?\d{1,9})\}$/.exec(part.text);
  if (!match || /^-?0\d/.test(match[1]!) || /^-?0\d/.test(match[2]!)) return undefined;
  const [from, to] = [Number(match[1]), Number(match[2])];
  const step = from <= to ? 1 : -1;
  // One more than is unrolled is enough to see that there are too many.
  const count = Math.min(Math.abs(to - from), MAX_ROUNDS) + 1;
  return Array.from({ length: count }, (_, i) => ({
    kind: 'word',
    fragments: [computedFragment(String(from + i * step), word.range, false)],
    word,
  }));
}

/** Globs and braces: what they come to is known to the shell only. */
const isExpandedByName = (word: ShellWord): boolean =>
  word.parts.some(
    (part) => part.kind === 'text' && part.quoting === 'bare' && !part.escaped && /[*?[{]/.test(part.text),
  );

const sameItems = (a: readonly Element[], b: readonly Element[]): boolean =>
  a.length === b.length &&
  a.every((item, i) => {
    const other = b[i]!;
    return (
      item.parts.length === other.parts.length &&
      item.parts.every((held, k) => sameFragment(held.fragment, other.parts[k]!.fragment))
    );
  });
