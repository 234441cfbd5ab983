import type { Span } from '../text/span.ts';

/** How a value came to stand in the document. Hovers tell it; fixes depend on it through `slot`. */
export type Origin =
  | { readonly kind: 'literal' }
  | { readonly kind: 'variable'; readonly name: string; readonly definition: Span; readonly uses: number }
  | { readonly kind: 'loop'; readonly name: string; readonly iteration: number }
  | { readonly kind: 'derived'; readonly from: readonly Value<unknown>[] };

/**
 * A place in the text that holds exactly this value and can hold another. `encode` hides what the place asks
 * for: doubled commas, shell quotes, `&apos;`.
 */
export interface Slot {
  readonly span: Span;
  encode(text: string): string;
}

export type UnknownReason =
  | 'command-substitution'
  | 'positional'
  | 'environment'
  | 'placeholder'
  | 'malformed'
  | 'variants-differ'
  | 'not-evaluated';

export interface Known<out T> {
  readonly state: 'known';
  readonly value: T;
  /** Where the reader sees it: the finding goes here. */
  readonly span: Span;
  /** Only where an edit changes this value and nothing else. */
  readonly slot: Slot | undefined;
  readonly origin: Origin;
}

export interface Unknown {
  readonly state: 'unknown';
  readonly why: UnknownReason;
  readonly span: Span;
  /** What stands there, where it is known but means nothing: `bus_nr=x`. */
  readonly text?: string | undefined;
}

export interface Absent<out T> {
  readonly state: 'absent';
  /** What the value would belong to. */
  readonly owner: Span;
  /** What the dialect would choose. */
  readonly default?: T | undefined;
}

/**
 * A value of the guest. Unknown is not absent, absent is not the default: a rule that asks for `isKnown` first
 * stays silent about everything that it cannot know.
 */
export type Value<T> = Known<T> | Unknown | Absent<T>;

export const isKnown = <T>(value: Value<T> | undefined): value is Known<T> => value?.state === 'known';
export const isUnknown = <T>(value: Value<T> | undefined): value is Unknown => value?.state === 'unknown';
export const isAbsent = <T>(value: Value<T> | undefined): value is Absent<T> => value?.state === 'absent';

const LITERAL: Origin = { kind: 'literal' };

// All values of a state have the same parts, present or not: reading and asking them is then much faster.

export const known = <T>(value: T, span: Span, origin: Origin = LITERAL, slot?: Slot): Known<T> => ({
  state: 'known',
  value,
  span,
  slot,
  origin,
});

export const unknown = (why: UnknownReason, span: Span, text?: string): Unknown => ({
  state: 'unknown',
  why,
  span,
  text,
});

/** The text of a value that stands there but means nothing; undefined where it could be read, or is not known. */
export const malformed = (value: Value<unknown>): string | undefined =>
  value.state === 'unknown' && value.why === 'malformed' ? value.text : undefined;

export const absent = <T>(owner: Span, byDefault?: T): Absent<T> => ({
  state: 'absent',
  owner,
  default: byDefault,
});

/** A value computed from others: it has no slot of its own. */
export const derived = <T>(value: T, span: Span, from: readonly Value<unknown>[]): Known<T> =>
  known(value, span, { kind: 'derived', from });

/** Converts a known value; a text that `convert` cannot read becomes unknown, for the reason `malformed`. */
export function mapValue<A, B>(value: Value<A>, convert: (from: A) => B | undefined): Value<B> {
  if (value.state === 'unknown') return value;
  if (value.state === 'absent') {
    return absent(value.owner, value.default === undefined ? undefined : convert(value.default));
  }
  const to = convert(value.value);
  if (to !== undefined) return known(to, value.span, value.origin, value.slot);
  return unknown('malformed', value.span, typeof value.value === 'string' ? value.value : undefined);
}

/** Where to point when speaking of this value, whatever its state. */
export const placeOf = (value: Value<unknown>): Span => (value.state === 'absent' ? value.owner : value.span);

/** The known value, else what the dialect would choose where nothing is written; undefined where unknown. */
export const effective = <T>(value: Value<T>): T | undefined =>
  value.state === 'known' ? value.value : value.state === 'absent' ? value.default : undefined;
