import { type Encode, Excerpt, type Run } from './excerpt.ts';
import type { Range } from './span.ts';

/** Puts an excerpt together from front to back. */
export class ExcerptBuilder {
  readonly #carrier: string;
  /** Whether lines end with a carriage return too: not to be looked for behind every character. */
  readonly #hasReturns: boolean;
  readonly #runs: Run[] = [];
  #text = '';
  #via: readonly Range[] = [];
  #shared = false;

  constructor(carrier: string) {
    this.#carrier = carrier;
    this.#hasReturns = carrier.includes('\r\n');
  }

  get length(): number {
    return this.#text.length;
  }

  /** The last character so far. */
  get last(): string {
    return this.#text.at(-1) ?? '';
  }

  /** Takes characters of the carrier as they are, but for carriage returns at line ends: they are the carrier's matter. */
  copy(start: number, end: number): void {
    let at = start;
    while (at < end) {
      const line = this.#hasReturns ? this.#carrier.indexOf('\r\n', at) : -1;
      const stop = line < 0 || line + 2 > end ? end : line;
      this.#copyPlain(at, stop);
      if (stop === end) return;
      this.put('\n', stop, stop + 2);
      at = stop + 2;
    }
  }

  /** Adds a text that stands for a stretch of the carrier, or for nothing in it. */
  put(text: string, start: number, end: number = start): void {
    if (text !== '') this.#add(text, { start, end }, false);
  }

  /**
   * What is added meanwhile is the carrier's elsewhere and was brought here by a reference.
   * @param shared it serves other places too.
   */
  through(reference: Range, shared: boolean, add: () => void): void {
    const [via, outer] = [this.#via, this.#shared];
    this.#via = [...via, reference];
    this.#shared ||= shared;
    add();
    this.#via = via;
    this.#shared = outer;
  }

  /** @param encode how the carrier writes what is inserted; line ends are those of the carrier in any case. */
  build(encode: Encode = (newText) => newText): Excerpt {
    if (!this.#hasReturns) return new Excerpt(this.#text, this.#runs, encode);
    return new Excerpt(this.#text, this.#runs, (newText) => encode(newText)?.replaceAll('\n', '\r\n'));
  }

  #copyPlain(start: number, end: number): void {
    if (start === end) return;
    const last = this.#runs.at(-1);
    if (last?.copied && last.source.end === start && last.via === this.#via && last.shared === this.#shared) {
      this.#runs[this.#runs.length - 1] = {
        ...last,
        length: last.length + end - start,
        source: { start: last.source.start, end },
      };
      this.#text += this.#carrier.slice(start, end);
    } else this.#add(this.#carrier.slice(start, end), { start, end }, true);
  }

  #add(text: string, source: Range, copied: boolean): void {
    const at = this.#text.length;
    this.#runs.push({ at, length: text.length, source, copied, via: this.#via, shared: this.#shared });
    this.#text += text;
  }
}
