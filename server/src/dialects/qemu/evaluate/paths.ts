import type { UnknownReason } from '../../../guest/value.ts';
import { sameFragment, unknownFragment } from './fragment.ts';
import {
  anyElements,
  type Binding,
  type Element,
  type Held,
  type State,
  sameBinding,
  sameElement,
} from './state.ts';

/** More paths than this are joined into one. */
const MAX_PATHS = 16;

/** Paths that agree on everything are one; too many become one in which what differs is unknown. */
export function mergePaths(states: readonly State[]): State[] {
  if (states.length < 2) return [...states];
  const merged: State[] = [];
  for (const state of states) {
    if (!merged.some((other) => other.equals(state))) merged.push(state);
    if (merged.length > MAX_PATHS) return [joinAll(states)];
  }
  return merged;
}

function joinAll(states: readonly State[]): State {
  const joined = states[0]!.fork();
  const names = new Set(states.flatMap((state) => [...state.names()]));
  for (const name of names) {
    const bindings = states.map((state) => state.get(name));
    joined.set(name, joinBindings(bindings));
    joined.run.spend(states.length / 4);
  }
  joined.positional = commonElements(
    states.map((state) => state.positional),
    'variants-differ',
  );
  return joined;
}

function joinBindings(bindings: readonly (Binding | undefined)[]): Binding | undefined {
  const [first, ...others] = bindings;
  if (others.every((other) => sameBinding(first, other))) return first;
  const arrays = bindings.flatMap((binding) => (binding?.kind === 'array' ? [binding.elements] : []));
  if (arrays.length === bindings.length) {
    return { kind: 'array', elements: commonElements(arrays, 'variants-differ') };
  }
  const scalars = bindings.flatMap((binding) => (binding?.kind === 'scalar' ? [binding.parts] : []));
  const start = scalars.length === bindings.length ? commonStart(scalars) : undefined;
  if (start) return { kind: 'scalar', parts: opened(start, 'variants-differ') };
  return { kind: 'unknown', why: 'variants-differ' };
}

/** What all lists begin with, and after it an open end where they differ. */
function commonElements(lists: readonly (readonly Element[])[], why: UnknownReason): readonly Element[] {
  const [first = [], ...others] = lists;
  const differs = first.findIndex((element, i) =>
    others.some((list) => list[i] === undefined || !sameElement(element, list[i])),
  );
  const length = differs < 0 ? first.length : differs;
  if (others.every((list) => list.length === length) && length === first.length) return first;
  return [...first.slice(0, length), anyElements(why)];
}

/** What all texts begin with, where that is a list of words that some of them go on with. */
function commonStart(texts: readonly (readonly Held[])[]): readonly Held[] | undefined {
  const [first = [], ...others] = texts;
  const differs = first.findIndex((held, i) =>
    others.some((parts) => !parts[i] || !sameFragment(held.fragment, parts[i].fragment)),
  );
  const length = differs < 0 ? first.length : differs;
  const goesOnWithBlank = (parts: readonly Held[]) => /^(?:\s|$)/.test(parts[length]?.fragment.text ?? 'x');
  const isEnd = (parts: readonly Held[]) => parts.length === length;
  if (length === 0 || !texts.every((parts) => isEnd(parts) || goesOnWithBlank(parts))) return undefined;
  return first.slice(0, length);
}

/** A list of words in a text, to which any number of others may have been added. */
export function opened(parts: readonly Held[], why: UnknownReason): Held[] {
  const { definition } = parts.at(-1)!;
  return [...parts, { fragment: { ...unknownFragment(why, definition, true), apart: true }, definition }];
}
