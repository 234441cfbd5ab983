/** Who has just typed goes on typing; and a reading that has begun makes a keystroke wait. In milliseconds. */
const PAUSE = 250;

/** What a keystroke brings about besides a reading, such as questions about light bulbs, comes this soon; in milliseconds. */
const AFTERMATH = 25;

/** Between two readings, for a message to come in; in milliseconds. */
const BREATH = 4;

/** As many readings as it takes until they get no quicker: to a third of what the second one cost. */
const ENOUGH = 240;

/** No more of the machine than this goes into it, in milliseconds of computing: a huge document is read less often. */
const MOST = 2_500;

/**
 * Reads a document again in the idle moments after it was read, to no other end than that the engine has compiled the code when
 * somebody types. A process that has just started takes three times as long for a reading as one that has run for a while.
 */
export class WarmUp {
  #done = 0;
  #spent = 0;
  #timer: NodeJS.Timeout | undefined;
  /** What the timer is for, while it runs. */
  #next: (() => void) | undefined;
  #isSettled = false;
  /** When something was last done at somebody's request, and how long after the one before. */
  #last = Number.NEGATIVE_INFINITY;
  #gap = 0;
  /** How long the last reading of ours took. */
  #cost = 0;
  readonly #settled: () => void;

  /** @param settled called once, in an idle moment, when there is nothing left to warm up */
  constructor(settled: () => void) {
    this.#settled = settled;
  }

  /** @param again what was just done, without its effects. */
  after(again: () => void): void {
    this.#done++;
    const now = performance.now();
    this.#gap = now - this.#last;
    this.#last = now;
    this.#schedule(again, this.#pause());
  }

  /** Who types slowly enough leaves room for a reading, or several, between two keystrokes. */
  #pause(wait = AFTERMATH): number {
    const left = this.#last + this.#gap - performance.now();
    const fits = this.#gap < 2 * PAUSE && left > wait + AFTERMATH + 1.2 * this.#cost;
    return fits ? wait : PAUSE;
  }

  /** There is something better to do. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#next = undefined;
  }

  /** Somebody asked something: whoever asks may ask again. */
  postpone(): void {
    if (this.#next) this.#schedule(this.#next, this.#pause());
  }

  #schedule(again: () => void, wait: number): void {
    this.stop();
    if (this.#isSettled) return;
    this.#next = again;
    this.#timer = setTimeout(() => this.#run(again), wait).unref();
  }

  #run(again: () => void): void {
    this.#next = undefined;
    const isIdle = performance.now() - this.#last >= PAUSE;
    if (this.#done >= ENOUGH || this.#spent >= MOST) {
      if (isIdle) this.#settle();
      else this.#schedule(again, PAUSE);
      return;
    }
    const start = performance.now();
    again();
    this.#done++;
    const cost = performance.now() - start;
    // Two kinds of things are done by turns: the dearer one counts.
    this.#cost = Math.max(cost, this.#cost * 0.8);
    this.#spent += cost;
    this.#schedule(again, isIdle ? BREATH : this.#pause(BREATH));
  }

  #settle(): void {
    this.#isSettled = true;
    this.#settled();
  }
}
