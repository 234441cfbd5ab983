import type { Span } from '../text/span.ts';
import { isKnown, isUnknown, type Value } from './value.ts';

/**
 * What was found of something a guest has several of. Where `openedBy` is not empty (`"$OPTS"`, `"$@"`,
 * `-readconfig`), there may be more than the items: then nothing can be said about what is absent.
 */
export interface Collection<out T> {
  readonly items: readonly T[];
  readonly openedBy: readonly Span[];
}

/** These, and certainly no more. */
export const closed = <T>(items: readonly T[]): Collection<T> => ({ items, openedBy: [] });

/** Whether there may be more than the items. */
export const isOpen = (collection: Collection<unknown>): boolean => collection.openedBy.length > 0;

/** The items, or undefined where there may be more. For rules that count or sum. */
export const complete = <T>(collection: Collection<T>): readonly T[] | undefined =>
  isOpen(collection) ? undefined : collection.items;

export type Found<T> =
  | { readonly state: 'found'; readonly item: T }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown' };

/**
 * Looks an item up by its id. It is absent only where the collection is closed and every id in it is known.
 */
export function findById<T extends { readonly id: Value<string> }>(
  collection: Collection<T>,
  id: string,
): Found<T> {
  const item = collection.items.find((candidate) => isKnown(candidate.id) && candidate.id.value === id);
  if (item) return { state: 'found', item };
  if (isOpen(collection) || collection.items.some((candidate) => isUnknown(candidate.id))) {
    return { state: 'unknown' };
  }
  return { state: 'absent' };
}
