import type { UnknownReason } from '../../../guest/value.ts';
import type { ShellQuoting } from '../../../syntax/shell/tree.ts';
import type { Range } from '../../../text/span.ts';

/** Characters on their way from the place where they stand, through variables, into a word. */
export interface Fragment {
  /** Undefined where it cannot be known; `why` tells then. */
  readonly text: string | undefined;
  readonly why?: UnknownReason;
  /** What is not known is nothing at all, or begins with a blank. */
  readonly apart?: boolean;
  /** Where the characters stand, or the expression that computes them. */
  readonly source: Range;
  /** The characters stand one to one in `source`. */
  readonly exact: boolean;
  readonly quoting: ShellQuoting;
  /** The expansions that it came through, outermost first. */
  readonly steps: readonly Step[];
}

/** One expansion of a variable. */
export interface Step {
  readonly name: string;
  /** The value that was assigned. The same object for every piece of it. */
  readonly definition: Range;
  /** The `$NAME` itself. The same object for every piece that it brings. */
  readonly at: Range;
  /** Brings words of their own, as `"${a[@]}"` does. */
  readonly list: boolean;
  /** Which round of a literal loop, or which call of a function. */
  readonly loop?: number;
}

/** Something of which nothing is known but where it stands, and why. */
export const unknownFragment = (
  why: UnknownReason,
  source: Range,
  quoted: boolean,
  steps: readonly Step[] = [],
): Fragment => ({ text: undefined, why, source, exact: false, quoting: quoted ? 'double' : 'bare', steps });

/** A result that stands nowhere: its source is the expression. */
export const computedFragment = (
  text: string,
  source: Range,
  quoted: boolean,
  steps: readonly Step[] = [],
): Fragment => ({ text, source, exact: false, quoting: quoted ? 'double' : 'bare', steps });

/** Written out member by member, as this is done for every word of every list. */
export function through(fragment: Fragment, step: Step): Fragment {
  const { text, why, apart, source, exact, quoting, steps } = fragment;
  const longer = steps.length === 0 ? [step] : [step, ...steps];
  if (why !== undefined || apart !== undefined) return { ...fragment, steps: longer };
  return { text, source, exact, quoting, steps: longer };
}

/** The characters [start, end) of a known fragment. */
export function part(fragment: Fragment, start: number, end: number): Fragment {
  const text = fragment.text!;
  if (start === 0 && end === text.length) return fragment;
  const { source } = fragment;
  return {
    ...fragment,
    text: text.slice(start, end),
    source: fragment.exact ? { start: source.start + start, end: source.start + end } : source,
  };
}

/** The text of fragments, or the reason why one of them is unknown. */
export function textOf(fragments: readonly Fragment[]): { text: string } | { why: UnknownReason } {
  let text = '';
  for (const fragment of fragments) {
    if (fragment.text === undefined) return { why: fragment.why ?? 'not-evaluated' };
    text += fragment.text;
  }
  return { text };
}

/** True where two fragments are the same characters from the same place. */
export const sameFragment = (a: Fragment, b: Fragment): boolean =>
  a === b ||
  (a.text === b.text &&
    a.why === b.why &&
    (a.text === undefined || (a.source.start === b.source.start && a.source.end === b.source.end)));
