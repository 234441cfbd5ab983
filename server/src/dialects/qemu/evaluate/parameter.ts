import type { UnknownReason } from '../../../guest/value.ts';
import type { ShellWord, VariablePart } from '../../../syntax/shell/tree.ts';
import { expandWord } from './expansion.ts';
import { type Expansion, scalarOf, unknownExpansion } from './fields.ts';
import { computedFragment, type Fragment, type Step, textOf, through, unknownFragment } from './fragment.ts';
import { isList, isSet, lengthOf, lookUp, type Value } from './lookup.ts';
import { applyOperation, numberIn, sliced } from './operation.ts';
import type { Element, Held, State } from './state.ts';

/** What `$NAME` or `${NAME…}` comes to. */
export function expandVariable(state: State, part: VariablePart): Expansion[] {
  const value = lookUp(state, part);
  if (part.prefix === '#' || part.name === '#') return [length(part, value)];
  if (part.prefix === '!') return [unknown(part, 'not-evaluated')];
  const { operation } = part;
  if (!operation) return emit(state, part, value);
  switch (operation.kind) {
    case 'required':
      return emit(state, part, value);
    case 'default':
      if (isSet(value, operation.orEmpty)) return emit(state, part, value);
      return byDefault(state, part, operation.operand, operation.assigns);
    case 'alternative':
      return alternative(state, part, value, operation.operand, operation.orEmpty);
    case 'slice':
      if (value.kind === 'list') return emit(state, part, slicedList(part, value.elements, operation));
      return emit(state, part, value, (text) => sliced(text, operation));
    case 'other':
      return [unknown(part, 'not-evaluated')];
    default:
      return emit(state, part, value, (text) => applyOperation(text, operation));
  }
}

function emit(
  state: State,
  part: VariablePart,
  value: Value,
  change?: (text: string) => string | undefined,
): Expansion[] {
  switch (value.kind) {
    case 'none':
      if (value.why) return [unknown(part, value.why)];
      return part.quoted && !isList(part) ? [empty(part)] : [];
    case 'unknown':
      return [unknown(part, value.why)];
    case 'single': {
      const out: Expansion[] = [];
      addValue(out, state, part, value.parts, false, change);
      return out;
    }
    case 'list':
      if (part.quoted && (part.name === '*' || part.index === '*')) {
        return joined(state, part, value.elements, change);
      }
      return elementsOf(state, part, value.elements, change);
  }
}

function elementsOf(
  state: State,
  part: VariablePart,
  elements: readonly Element[],
  change: ((text: string) => string | undefined) | undefined,
): Expansion[] {
  const out: Expansion[] = [];
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i]!;
    if (i > 0) out.push(BREAK);
    if (element.open) out.push(...opening(part, element));
    else addValue(out, state, part, element.parts, true, change);
  }
  return out;
}

const BREAK: Expansion = { kind: 'break' };

/** Adds the characters of one value. Quoted, it is an argument even where there are none. */
function addValue(
  out: Expansion[],
  state: State,
  part: VariablePart,
  parts: readonly Held[],
  list: boolean,
  change?: (text: string) => string | undefined,
): void {
  const splits = !part.quoted;
  if (parts.length === 0) {
    if (part.quoted) out.push(empty(part));
    return;
  }
  const bring = (held: Held) => through(held.fragment, stepOf(part, held, list));
  const fragments = parts.map((held) => (list ? state.run.listed(part, held, bring) : bring(held)));
  if (change) out.push({ kind: 'text', fragment: changedBy(part, fragments, change), splits });
  else for (const fragment of fragments) out.push({ kind: 'text', fragment, splits });
}

function changedBy(
  part: VariablePart,
  fragments: readonly Fragment[],
  change: (text: string) => string | undefined,
): Fragment {
  const read = textOf(fragments);
  const step = fragments[0]!.steps[0]!;
  if ('why' in read) return unknownFragment(read.why, part.range, part.quoted, [step]);
  const text = change(read.text);
  return text === undefined
    ? unknownFragment('not-evaluated', part.range, part.quoted, [step])
    : computedFragment(text, part.range, part.quoted, [step]);
}

function stepOf({ name, range: at }: VariablePart, { definition, loop }: Held, list: boolean): Step {
  return loop === undefined ? { name, definition, at, list } : { name, definition, at, list, loop };
}

/** An open element is shown where it stands among the others, or where the list is expanded. */
function opening(part: VariablePart, element: Element): Expansion[] {
  const why = element.why ?? 'not-evaluated';
  if (element.parts.length === 0) {
    return [{ kind: 'opening', fragment: unknownFragment(why, part.range, part.quoted) }];
  }
  return element.parts.map((held) => ({
    kind: 'opening',
    fragment: through(held.fragment, stepOf(part, held, true)),
  }));
}

/** `"$*"`: one text, with the first character of IFS in between. */
function joined(
  state: State,
  part: VariablePart,
  elements: readonly Element[],
  change?: (text: string) => string | undefined,
): Expansion[] {
  const separator = joint(state);
  const out: Expansion[] = [];
  const add = (fragment: Fragment) => out.push({ kind: 'text', fragment, splits: false });
  for (const [i, element] of elements.entries()) {
    if (element.open || separator === undefined) {
      // From here on not even a separator is certain.
      add(unknownFragment(element.why ?? 'not-evaluated', part.range, true));
      break;
    }
    if (i > 0) add(computedFragment(separator, part.range, true));
    addValue(out, state, part, element.parts, false, change);
  }
  return out.length === 0 ? [empty(part)] : out;
}

function joint(state: State): string | undefined {
  const binding = state.get('IFS');
  if (!binding || binding.kind === 'unset') return ' ';
  const read = binding.kind === 'scalar' ? textOf(binding.parts.map((held) => held.fragment)) : undefined;
  return read && 'text' in read ? read.text.slice(0, 1) : undefined;
}

function length(part: VariablePart, value: Value): Expansion {
  const count = lengthOf(part, value);
  if (typeof count !== 'number') return unknownExpansion(count, part.range, part.quoted);
  const fragment = computedFragment(count.toString(), part.range, part.quoted);
  return { kind: 'text', fragment, splits: false };
}

/** `${X:-word}` where X has no value: the word, as if X had been given it. */
function byDefault(state: State, part: VariablePart, operand: ShellWord, assigns: boolean): Expansion[] {
  const expansions = expandWord(state, operand, true);
  const definition = operand.range;
  if (assigns) {
    const parts = scalarOf(expansions).map((fragment) => ({ fragment, definition }));
    state.set(part.name, { kind: 'scalar', parts });
  }
  const step: Step = { name: part.name, definition, at: part.range, list: false };
  if (expansions.length === 0 && part.quoted) return [empty(part)];
  return expansions.map((expansion) =>
    expansion.kind === 'break' ? expansion : { ...expansion, fragment: through(expansion.fragment, step) },
  );
}

function alternative(
  state: State,
  part: VariablePart,
  value: Value,
  operand: ShellWord,
  orEmpty: boolean,
): Expansion[] {
  if (value.kind === 'unknown') return [unknown(part, value.why)];
  if (value.kind === 'none' && value.why) return [unknown(part, value.why)];
  if (isSet(value, orEmpty)) return expandWord(state, operand, true);
  return part.quoted && operand.parts.every((inner) => inner.kind === 'text') ? [empty(part)] : [];
}

function slicedList(
  part: VariablePart,
  elements: readonly Element[],
  { offset, length }: { offset: ShellWord; length?: ShellWord },
): Value {
  const from = numberIn(offset);
  const count = length ? numberIn(length) : Number.POSITIVE_INFINITY;
  // `${@:1}` counts from $1, `${a[@]:1}` from the second element.
  const start = from === undefined ? undefined : part.name === '@' || part.name === '*' ? from - 1 : from;
  if (start === undefined || start < 0 || count === undefined || count < 0) {
    return { kind: 'unknown', why: 'not-evaluated' };
  }
  const open = elements.findIndex((element) => element.open);
  if (open >= 0 && (start > open || Number.isFinite(count))) return { kind: 'unknown', why: 'not-evaluated' };
  return { kind: 'list', elements: elements.slice(start, start + count) };
}

const empty = (part: VariablePart): Expansion => ({
  kind: 'text',
  fragment: computedFragment('', part.range, part.quoted),
  splits: false,
});

/** Where a list was asked for, quotes do not make it one argument. */
const unknown = (part: VariablePart, why: UnknownReason): Expansion =>
  isList(part) && part.name !== '*' && part.index !== '*'
    ? { kind: 'opening', fragment: unknownFragment(why, part.range, part.quoted) }
    : unknownExpansion(why, part.range, part.quoted);
