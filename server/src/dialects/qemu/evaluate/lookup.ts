import type { UnknownReason } from '../../../guest/value.ts';
import type { VariablePart } from '../../../syntax/shell/tree.ts';
import { textOf } from './fragment.ts';
import { numberIn } from './operation.ts';
import type { Element, Held, State } from './state.ts';

/** What a variable holds where it is expanded. */
export type Value =
  /** Nothing, for certain, or as far as the script tells. */
  | { readonly kind: 'none'; readonly why?: UnknownReason }
  | { readonly kind: 'unknown'; readonly why: UnknownReason }
  | { readonly kind: 'single'; readonly parts: readonly Held[] }
  | { readonly kind: 'list'; readonly elements: readonly Element[] };

/** Finds the value that `part` speaks of; its operation is not yet applied. */
export function lookUp(state: State, { name, index }: VariablePart): Value {
  if (name === '@' || name === '*') return { kind: 'list', elements: state.positional };
  if (!/^[A-Za-z_]/.test(name)) return ofShell(state, name);
  const binding = state.get(name);
  if (!binding) return { kind: 'none', why: 'environment' };
  switch (binding.kind) {
    case 'unset':
    case 'function':
      return { kind: 'none' };
    case 'unknown':
      return binding;
    case 'scalar':
      return index === undefined || index === '@' || index === '*' || numberIn(index) === 0
        ? { kind: 'single', parts: binding.parts }
        : { kind: 'unknown', why: 'not-evaluated' };
    case 'array':
      if (index === '@' || index === '*') return { kind: 'list', elements: binding.elements };
      return elementAt(binding.elements, index === undefined ? 0 : numberIn(index));
  }
}

/** `$1`, `$#` and others that the shell sets. */
function ofShell(state: State, name: string): Value {
  if (name === '#') return { kind: 'list', elements: state.positional };
  return /^\d+$/.test(name) ? parameter(state, Number(name)) : { kind: 'unknown', why: 'not-evaluated' };
}

/** `$1` and its like; `number` counts from 1. */
export function parameter(state: State, number: number): Value {
  if (number === 0) return { kind: 'unknown', why: 'positional' };
  const value = elementAt(state.positional, number - 1);
  // What nobody passes is not there: a default for it counts, as for a name from the environment.
  return value.kind === 'unknown' && value.why === 'positional' ? { kind: 'none', why: value.why } : value;
}

function elementAt(elements: readonly Element[], index: number | undefined): Value {
  if (index === undefined) return { kind: 'unknown', why: 'not-evaluated' };
  const open = elements.findIndex((element) => element.open);
  if (open >= 0 && (index < 0 || index >= open)) {
    return { kind: 'unknown', why: elements[open]!.why ?? 'not-evaluated' };
  }
  const element = elements.at(index);
  return element ? { kind: 'single', parts: element.parts } : { kind: 'none' };
}

/** False where a default takes the place of a value; an unknown value is one. */
export function isSet(value: Value, orEmpty: boolean): boolean {
  if (value.kind === 'none') return false;
  if (value.kind === 'unknown' || !orEmpty) return value.kind !== 'list' || value.elements.length > 0;
  if (value.kind === 'list' && value.elements.some((element) => element.open)) return true;
  const parts = value.kind === 'single' ? value.parts : value.elements.flatMap((element) => element.parts);
  return parts.some((held) => held.fragment.text !== '');
}

/** What `${#NAME}` comes to: characters of a text, elements of a list; or why that is not known. */
export function lengthOf(part: VariablePart, value: Value): number | UnknownReason {
  switch (value.kind) {
    case 'none':
      return value.why ?? 0;
    case 'unknown':
      return value.why;
    case 'list': {
      const open = value.elements.find((element) => element.open);
      return open ? (open.why ?? 'not-evaluated') : value.elements.length;
    }
    case 'single': {
      if (isList(part)) return 1;
      const read = textOf(value.parts.map((held) => held.fragment));
      return 'why' in read ? read.why : [...read.text].length;
    }
  }
}

/** `$@`, `${a[*]}`: all elements. */
export const isList = (part: VariablePart): boolean =>
  part.name === '@' || part.name === '*' || part.index === '@' || part.index === '*';
