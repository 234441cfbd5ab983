import type { Outcome } from './builtins.ts';
import type { State } from './state.ts';

/** Where paths are collected that leave what is around them. */
interface Around {
  /** Out of the function. */
  readonly returns: State[];
  readonly loop?: { readonly breaks: State[]; readonly continues: State[] };
}

/** Where paths go that leave the straight way through a script: out of a round, a loop, a function, or the script. */
export class Exits {
  #around: Around = { returns: [] };
  #last: State | undefined;

  /** The path that ended the script last. */
  get last(): State | undefined {
    return this.#last;
  }

  /** A path ends the script. */
  end(state: State): void {
    this.#last = state;
  }

  /** A path behind a builtin. Gives back what goes straight on: a `break` without a loop does, too. */
  leave(outcome: Outcome, state: State): State[] {
    const { returns, loop } = this.#around;
    if (outcome === 'next') return [state];
    if (outcome === 'exit') this.end(state);
    else if (outcome === 'return') returns.push(state);
    else if (loop) (outcome === 'break' ? loop.breaks : loop.continues).push(state);
    else return [state];
    return [];
  }

  /** Runs something in a shell of its own: what it does to variables, and where it ends, stays inside. */
  apart(run: () => unknown): void {
    this.#within({ returns: [] }, run);
  }

  /** Runs the body of a function; gives the paths that reach its end, and then those that return. */
  body(run: () => State[]): State[] {
    const returns: State[] = [];
    const ends = this.#within({ returns }, run);
    return [...ends, ...returns];
  }

  /**
   * Runs a round of a loop; gives the paths that may go on to the next one.
   * @param breaks takes the paths that leave the loop
   */
  round(breaks: State[], run: () => State[]): State[] {
    const continues: State[] = [];
    const ends = this.#within({ ...this.#around, loop: { breaks, continues } }, run);
    return [...ends, ...continues];
  }

  #within<T>(around: Around, run: () => T): T {
    const outer = this.#around;
    this.#around = around;
    const result = run();
    this.#around = outer;
    return result;
  }
}
