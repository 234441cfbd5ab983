import type { UnknownReason } from '../../../guest/value.ts';
import type { FunctionDefinition } from '../../../syntax/shell/tree.ts';
import type { Range } from '../../../text/span.ts';
import { type Fragment, sameFragment } from './fragment.ts';
import type { Run } from './run.ts';

/** A fragment as a variable holds it, with the assignment that put it there. */
export interface Held {
  readonly fragment: Fragment;
  readonly definition: Range;
  readonly loop?: number;
}

/**
 * One value of a list; an open one stands for any number of unknown ones. It has no parts where the script does
 * not show what they come from.
 */
export interface Element {
  readonly open: boolean;
  /** Why an open one is not known. */
  readonly why?: UnknownReason;
  readonly parts: readonly Held[];
}

/** Any number of unknown elements. */
export const anyElements = (why: UnknownReason): Element => ({ open: true, why, parts: [] });

export type Binding =
  | { readonly kind: 'scalar'; readonly parts: readonly Held[] }
  | { readonly kind: 'array'; readonly elements: readonly Element[] }
  | { readonly kind: 'unknown'; readonly why: UnknownReason }
  | { readonly kind: 'unset' }
  /** Kept under `NAME()`, which no variable can be called. */
  | { readonly kind: 'function'; readonly definition: FunctionDefinition };

/** What a function call has to put back. */
interface Frame {
  readonly positional: readonly Element[];
  readonly saved: ReadonlyMap<string, Binding | undefined>;
  readonly outer: Frame | undefined;
}

/** The variables on one path through the script. Forks share their variables until one of them assigns. */
export class State {
  readonly run: Run;
  #variables: Map<string, Binding>;
  #isShared = false;
  #positional: readonly Element[];
  #frame: Frame | undefined;

  constructor(run: Run, positional: readonly Element[]) {
    this.run = run;
    this.#variables = new Map();
    this.#positional = positional;
  }

  /** `$1`, `$2` … of the function that runs, or of the script. */
  get positional(): readonly Element[] {
    return this.#positional;
  }

  set positional(elements: readonly Element[]) {
    this.#positional = elements;
  }

  /** Undefined where the script has not assigned the name: it may come from the environment. */
  get(name: string): Binding | undefined {
    return this.#variables.get(name);
  }

  set(name: string, binding: Binding | undefined): void {
    if (this.#isShared) {
      this.run.spend(1 + this.#variables.size / 16);
      this.#variables = new Map(this.#variables);
      this.#isShared = false;
    }
    if (binding) this.#variables.set(name, binding);
    else this.#variables.delete(name);
  }

  names(): IterableIterator<string> {
    return this.#variables.keys();
  }

  fork(): State {
    const copy = new State(this.run, this.#positional);
    this.#isShared = true;
    copy.#isShared = true;
    copy.#variables = this.#variables;
    copy.#frame = this.#frame;
    return copy;
  }

  /** Everything that was assigned so far becomes unknown. */
  forgetAll(why: UnknownReason): void {
    for (const name of [...this.names()]) this.set(name, { kind: 'unknown', why });
  }

  enterFunction(positional: readonly Element[]): void {
    this.#frame = { positional: this.#positional, saved: new Map(), outer: this.#frame };
    this.#positional = positional;
  }

  /** Makes a name local to the function that runs; outside of functions nothing happens. */
  declareLocal(name: string): void {
    if (!this.#frame || this.#frame.saved.has(name)) return;
    this.#frame = { ...this.#frame, saved: new Map(this.#frame.saved).set(name, this.get(name)) };
    this.set(name, { kind: 'unset' });
  }

  leaveFunction(): void {
    if (!this.#frame) return;
    for (const [name, binding] of this.#frame.saved) this.set(name, binding);
    this.#positional = this.#frame.positional;
    this.#frame = this.#frame.outer;
  }

  equals(other: State): boolean {
    if (!sameElements(this.#positional, other.#positional) || this.#frame !== other.#frame) return false;
    if (this.#variables === other.#variables) return true;
    this.run.spend(this.#variables.size / 16);
    if (this.#variables.size !== other.#variables.size) return false;
    for (const [name, binding] of this.#variables) {
      if (!sameBinding(binding, other.get(name))) return false;
    }
    return true;
  }
}

/** Whether a variable is the same on two paths: known text from the same places, or unknown for the same reason. */
export function sameBinding(a: Binding | undefined, b: Binding | undefined): boolean {
  if (a === b) return true;
  if (!a || !b) return false;
  if (a.kind === 'scalar' && b.kind === 'scalar') return sameParts(a.parts, b.parts);
  if (a.kind === 'array' && b.kind === 'array') return sameElements(a.elements, b.elements);
  if (a.kind === 'unknown' && b.kind === 'unknown') return a.why === b.why;
  if (a.kind === 'function' && b.kind === 'function') return a.definition === b.definition;
  return a.kind === 'unset' && b.kind === 'unset';
}

const sameElements = (a: readonly Element[], b: readonly Element[]): boolean =>
  a === b || (a.length === b.length && a.every((element, i) => sameElement(element, b[i]!)));

export const sameElement = (a: Element, b: Element): boolean =>
  a === b || (a.open === b.open && a.why === b.why && sameParts(a.parts, b.parts));

const sameParts = (a: readonly Held[], b: readonly Held[]): boolean =>
  a === b || (a.length === b.length && a.every((held, i) => sameFragment(held.fragment, b[i]!.fragment)));
