import type { AssignedNames, Change } from './assigned.ts';
import { opened } from './paths.ts';
import { anyElements, type Binding, type State } from './state.ts';

/**
 * Makes unknown what a piece of script may have changed any number of times. What is only added to keeps its
 * beginning.
 */
export function forget(state: State, { changes, everything }: AssignedNames): void {
  if (everything) state.forgetAll('not-evaluated');
  for (const [name, change] of changes) {
    if (name === '@') state.positional = [anyElements('not-evaluated')];
    else state.set(name, changed(state.get(name), change));
  }
}

function changed(binding: Binding | undefined, change: Change): Binding {
  if (change !== 'set' && binding?.kind === 'array') {
    return { kind: 'array', elements: [...binding.elements, anyElements('not-evaluated')] };
  }
  if (change === 'append-words' && binding?.kind === 'scalar' && binding.parts.length > 0) {
    return { kind: 'scalar', parts: opened(binding.parts, 'not-evaluated') };
  }
  return { kind: 'unknown', why: 'not-evaluated' };
}
