import type { Span } from '../../../text/span.ts';
import type { Option } from '../option.ts';

/** Options in which lowering found the entities; the writer asks it where to edit. */
export type Sources = Map<object, Option>;

/** Where to point for the whole option: its first value, else the word with the dash. */
export const labelOf = (option: Option): Span => {
  const head = option.head;
  return head.state === 'absent' ? option.span : head.span;
};
