/** Who has just typed goes on typing; and a reading that has begun makes a keystroke wait. In milliseconds. */
const PAUSE = 250;

/** Between two readings, for a message to come in; in milliseconds. */
const BREATH = 4;

/** As many readings as it takes until one costs half of what the second one cost. */
const ENOUGH = 12;

/** No more of the machine than this goes into it, in milliseconds of computing: a huge document is read less often. */
const MOST = 300;

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
  readonly #settled: () => void;

  /** @param settled called once, in an idle moment, when there is nothing left to warm up */
  constructor(settled: () => void) {
    this.#settled = settled;
  }

  /** @param again what was just done, without its effects. */
  after(again: () => void): void {
    this.#done++;
    this.#schedule(again, PAUSE);
  }

  /** There is something better to do. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#next = undefined;
  }

  /** Somebody asked something: whoever asks may ask again. */
  postpone(): void {
    if (this.#next) this.#schedule(this.#next, PAUSE);
  }

  #schedule(again: () => void, wait: number): void {
    this.stop();
    if (this.#isSettled) return;
    this.#next = again;
    this.#timer = setTimeout(() => this.#run(again), wait).unref();
  }

  #run(again: () => void): void {
    this.#next = undefined;
    if (this.#done >= ENOUGH || this.#spent >= MOST) {
      this.#isSettled = true;
      this.#settled();
      return;
    }
    const start = performance.now();
    again();
    this.#done++;
    this.#spent += performance.now() - start;
    this.#schedule(again, BREATH);
  }
}
