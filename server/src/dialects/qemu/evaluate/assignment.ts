import type { ArrayLiteral, Assignment } from '../../../syntax/shell/tree.ts';
import type { Range } from '../../../text/span.ts';
import { expandToFields, expandToScalar } from './expansion.ts';
import type { Field } from './fields.ts';
import { type Fragment, unknownFragment } from './fragment.ts';
import { numberIn } from './operation.ts';
import { anyElements, type Binding, type Element, type Held, type State } from './state.ts';

/** Carries out `NAME=…`, `NAME+=…`, `NAME=(…)` or `NAME[…]=…`. */
export function assign(state: State, assignment: Assignment): void {
  const before = state.get(assignment.name);
  state.set(assignment.name, bindingOf(state, before, assignment));
}

function bindingOf(state: State, before: Binding | undefined, assignment: Assignment): Binding {
  const { value, append, index } = assignment;
  if (value.kind === 'array') {
    const elements = elementsOf(state, assignment.name, value);
    if (!elements || index) return { kind: 'unknown', why: 'not-evaluated' };
    return { kind: 'array', elements: append ? [...elementsBefore(before), ...elements] : elements };
  }
  const { round } = state.run;
  const parts = expandToScalar(state, value).map((fragment) =>
    hold(fragment, value.range, round, assignment.name),
  );
  if (index) return withElement(before, numberIn(index), parts, append);
  if (before?.kind === 'array') return withElement(before, 0, parts, append);
  return { kind: 'scalar', parts: append ? [...partsBefore(state, before, assignment), ...parts] : parts };
}

/** Undefined where the elements have keys of their own: `([a]=b)`. */
function elementsOf(state: State, name: string, literal: ArrayLiteral): Element[] | undefined {
  const out: Element[] = [];
  for (const word of literal.elements) {
    const [first] = word.parts;
    const isBare = first?.kind === 'text' && first.quoting === 'bare' && !first.escaped;
    if (isBare && first.text.startsWith('[') && /^\[[^\]]*(?:\]\+?=|$)/.test(first.text)) return undefined;
    for (const field of expandToFields(state, word)) {
      out.push(elementOf(field, state.run.round, name));
    }
  }
  return out;
}

/** An argument as the element of a list, of the array `name` where it is one. */
export function elementOf({ kind, fragments, word }: Field, loop?: number, name?: string): Element {
  const parts = fragments.map((fragment) => hold(fragment, word.range, loop, name));
  return kind === 'opening'
    ? { open: true, why: fragments[0]?.why ?? 'not-evaluated', parts }
    : { open: false, parts };
}

function hold(fragment: Fragment, definition: Range, loop?: number, name?: string): Held {
  const own = fragment.steps[0];
  // `X="$X …"` is `X+=" …"`: what X held before keeps the place where it was assigned.
  if (own && own.name === name && own.at !== fragment.source) {
    return held({ ...fragment, steps: fragment.steps.slice(1) }, own.definition, own.loop);
  }
  return held(fragment, definition, loop);
}

const held = (fragment: Fragment, definition: Range, loop: number | undefined): Held =>
  loop === undefined ? { fragment, definition } : { fragment, definition, loop };

/** Arrays are not exported: one that was never assigned has no elements. */
function elementsBefore(before: Binding | undefined): readonly Element[] {
  switch (before?.kind) {
    case 'array':
      return before.elements;
    case 'scalar':
      return [{ open: false, parts: before.parts }];
    case 'unknown':
      return [anyElements(before.why)];
    default:
      return [];
  }
}

function partsBefore(
  state: State,
  before: Binding | undefined,
  { name, range }: Assignment,
): readonly Held[] {
  if (before?.kind === 'scalar') return before.parts;
  if (before?.kind === 'unset') return [];
  const why = before?.kind === 'unknown' ? before.why : 'environment';
  const definition = { start: range.start, end: range.start + name.length };
  state.run.spend(1);
  return [{ fragment: unknownFragment(why, definition, true), definition }];
}

function withElement(
  before: Binding | undefined,
  index: number | undefined,
  parts: readonly Held[],
  append: boolean,
): Binding {
  const elements = before?.kind === 'array' ? before.elements : [];
  const isUsable = !before || before.kind === 'array' || before.kind === 'unset';
  const open = elements.findIndex((element) => element.open);
  const isKnown = index !== undefined && index >= 0 && index <= elements.length && (open < 0 || index < open);
  if (!isUsable || !isKnown) return { kind: 'unknown', why: 'not-evaluated' };
  const old = append ? (elements[index]?.parts ?? []) : [];
  const element: Element = { open: false, parts: [...old, ...parts] };
  return { kind: 'array', elements: [...elements.slice(0, index), element, ...elements.slice(index + 1)] };
}
