import type { Target } from '../../guest/target.ts';
import type { Host } from '../../host/host.ts';
import type { Range } from '../../text/span.ts';

/** What guests are written for. */
export interface Purpose {
  readonly target: Target;
  /** The machine that they run on, where it is known. */
  readonly host: Host | undefined;
}

/** What an item stands for; editors draw a picture for it. */
export type CompletionKind =
  | 'option'
  | 'type'
  | 'property'
  | 'value'
  | 'reference'
  | 'pattern'
  | 'element'
  | 'attribute'
  | 'closing-tag';

/** A place of an inserted text that the user fills in: in the order of the numbers, 0 last. */
export interface Stop {
  readonly stop: number;
  /** What stands there until then. */
  readonly text: string;
}

/** What is inserted, already quoted for its place. */
export type Insertion = readonly (string | Stop)[];

/** One thing that may be written at an offset. */
export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** Half a line: category, type, default, versions. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** What the insertion replaces; holds the offset, and lies on one line. */
  readonly range: Range;
  readonly insertion: Insertion;
  /** What the user's letters are held against. */
  readonly filterText: string;
  readonly sortText: string;
  readonly deprecated?: boolean;
  /** There is something to complete behind it at once. */
  readonly continues?: boolean;
}

export type Rank = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** The text that an insertion leaves where nothing is filled in. */
export const plainText = (insertion: Insertion): string =>
  insertion.map((part) => (typeof part === 'string' ? part : part.text)).join('');

/** An item as it is made, without what can be told from the rest. */
export interface Draft
  extends Omit<Completion, 'filterText' | 'sortText' | 'detail' | 'documentation' | 'deprecated'> {
  readonly rank: Rank;
  readonly detail?: string | undefined;
  readonly documentation?: string | undefined;
  readonly deprecated?: boolean | undefined;
  readonly filterText?: string;
  /** Orders items of one rank; else the label does. */
  readonly order?: string;
}

/** An item as editors get it, with what can be told from the rest. */
export function completion(draft: Draft): Completion {
  const { label, kind, range, insertion, detail, documentation, deprecated, continues } = draft;
  return {
    label,
    kind,
    range,
    insertion,
    filterText: draft.filterText ?? label,
    sortText: `${deprecated ? 8 : draft.rank}${draft.order ?? label}`,
    ...(detail === undefined || detail === '' ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation }),
    ...(deprecated ? { deprecated } : {}),
    ...(continues ? { continues } : {}),
  };
}
