/** What all paths of one evaluation share: how much work is left, and where it stands. */
export class Run {
  #left: number;

  /** Which round of an unrolled loop is being read: what is assigned now is assigned once in every round. */
  round: number | undefined;

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
}
