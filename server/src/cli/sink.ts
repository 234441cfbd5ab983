import type { Output } from './report.ts';
import { makeStyle, type Style, wantsColours } from './style.ts';

/** Where text goes, and how it is painted there. */
export interface Sink {
  readonly write: Output;
  readonly style: Style;
}

/** A stream of the process, opened when there is something for it: that takes a good part of what a short run takes. */
export class StreamSink implements Sink {
  readonly #open: () => NodeJS.WriteStream;
  readonly #failed: (error: NodeJS.ErrnoException) => void;
  #opened: NodeJS.WriteStream | undefined;
  #style: Style | undefined;

  /** @param failed called where the text cannot be written */
  constructor(open: () => NodeJS.WriteStream, failed: (error: NodeJS.ErrnoException) => void) {
    this.#open = open;
    this.#failed = failed;
  }

  readonly write = (text: string): void => {
    if (text !== '') this.#stream().write(text);
  };

  /** Whether something is still on its way. */
  get isBusy(): boolean {
    return (this.#opened?.writableLength ?? 0) > 0;
  }

  get style(): Style {
    this.#style ??= makeStyle(wantsColours(this.#stream(), process.env));
    return this.#style;
  }

  #stream(): NodeJS.WriteStream {
    this.#opened ??= this.#open().on('error', this.#failed);
    return this.#opened;
  }
}
