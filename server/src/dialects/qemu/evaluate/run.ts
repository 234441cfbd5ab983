import type { VariablePart } from '../../../syntax/shell/tree.ts';
import type { Fragment } from './fragment.ts';
import type { Held } from './state.ts';

/** What all paths of one evaluation share: how much work is left, and where it stands. */
export class Run {
  #left: number;

  /** Which round of an unrolled loop is being read: what is assigned now is assigned once in every round. */
  round: number | undefined;

  /** Whether more than one path leads to the command that is being read. */
  isForked = false;

  readonly #listed = new Map<VariablePart, Map<Held, Fragment>>();

  constructor(units: number) {
    this.#left = units;
  }

  /**
   * Lists that double themselves, loops in loops and paths by the dozen are all paid from one budget; when it is
   * spent, what was found so far is the result.
   */
  spend(units: number): void {
    this.#left -= units;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /**
   * What `"${LIST[@]}"` makes of something that the list holds. Paths share most of what their lists hold: the
   * same object for each of them lets the words that they have in common be read once.
   */
  listed(part: VariablePart, held: Held, bring: (held: Held) => Fragment): Fragment {
    if (!this.isForked) return bring(held);
    const known = this.#listed.get(part) ?? new Map<Held, Fragment>();
    this.#listed.set(part, known);
    const fragment = known.get(held) ?? bring(held);
    known.set(held, fragment);
    return fragment;
  }
}
