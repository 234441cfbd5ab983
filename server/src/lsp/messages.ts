// What the server and our own extension say to each other beyond the protocol. Types and names only: the
// extension imports this file.

/** Notification to the client, see StatusParams. */
export const STATUS = 'virtlens/status';

/** Carried out by the client: ends every line of the document with a line feed. Argument: the document's URI. */
export const USE_LINE_FEEDS = 'virtlens.useLineFeeds';

/** Carried out by the client: shows the page of a rule. Argument: the rule's name. */
export const EXPLAIN_RULE = 'virtlens.explainRule';

interface Position {
  readonly line: number;
  readonly character: number;
}

export interface StatusParams {
  readonly uri: string;
  /** Left out for a document without any guest. */
  readonly status?: DocumentStatus;
}

export interface DocumentStatus {
  readonly unit: 'options' | 'elements';
  readonly total: number;
  readonly understood: number;
  readonly gaps: readonly StatusGap[];
}

/** A place that was not understood. */
export interface StatusGap {
  readonly range: { readonly start: Position; readonly end: Position };
  /** A clause: "it comes from the environment". */
  readonly why: string;
}

/** VS Code's own command that opens the list of completions again, behind an item such as `memdev=`. */
export const SUGGEST = 'editor.action.triggerSuggest';
