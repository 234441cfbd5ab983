import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Who types fast leaves no more than this between two keystrokes; in milliseconds. */
const PAUSE = 20;

/**
 * Clears away what the last reading left behind as soon as it is answered, so that the engine need not do it in the
 * middle of the next one: there it would hit every third keystroke, which then takes half as long again.
 */
export class TidyUp {
  #timer: NodeJS.Timeout | undefined;

  /** Something was read. */
  after(): void {
    this.stop();
    this.#timer = setTimeout(collectYoung, PAUSE).unref();
  }

  /** There is something better to do. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}

let collect: ((options: { readonly type: 'minor' }) => void) | undefined;

/** What was made lately and is not needed any more; what has lasted is left to the engine. */
function collectYoung(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as typeof collect;
  }
  collect!({ type: 'minor' });
}
