import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Who types fast leaves no more than this between two keystrokes; in milliseconds. */
const PAUSE = 20;

/**
 * Clears away what the last reading left behind as soon as it is answered, so that the engine need not do it in the
 * middle of the next one: there it would hit every third keystroke, which then takes half as long again.
 */
export class TidyUp {
  #timer: NodeJS.Timeout | undefined;
  readonly #collect: () => void;

  constructor(collect: () => void = collectYoung) {
    this.#collect = collect;
  }

  /** Something was read. */
  after(): void {
    this.stop();
    limitYoung();
    this.#timer = setTimeout(this.#collect, PAUSE).unref();
  }

  /** There is something better to do. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Room for what was made lately, in bytes: twice what reading a long document leaves behind. */
const ROOM = 16 * 1024 * 1024;

let isLimited = false;

/** Keeps that room from growing on: it would double once more, for keystrokes that are no faster. */
function limitYoung(): void {
  if (isLimited) return;
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  if (!young || young.space_size < ROOM) return;
  setFlagsFromString('--semi-space-growth-factor=1');
  isLimited = true;
}

let gc: ((options: { readonly type: 'minor' }) => void) | undefined;

/** Clears away what was made lately and is not needed any more; what has lasted is left to the engine. */
export function collectYoung(): void {
  if (!gc) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as NonNullable<typeof gc>;
  }
  gc({ type: 'minor' });
}
