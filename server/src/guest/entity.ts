import type { Span } from '../text/span.ts';
import type { Found } from './collection.ts';
import type { Value } from './value.ts';

/** A thing of the guest that stands somewhere in the document. */
export interface Entity {
  readonly kind: string;
  /** All of it: the option with its dash, the element with its content. */
  readonly span: Span;
  /** What names it: the driver of a -device, the name of an element. Findings about the whole go here. */
  readonly label: Span;
}

/** A value that names another entity by its id, and what the id leads to. Guest nodes have numbers for ids. */
export interface Reference<out T, out Id = string> {
  readonly id: Value<Id>;
  readonly target: Found<T>;
}
