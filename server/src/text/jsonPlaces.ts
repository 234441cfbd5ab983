import type { Range } from './span.ts';

/** A key, or an item of a list, of a JSON text. */
export interface JsonPlace {
  /** The key with its quotes; of a list's item, the item. */
  readonly key: Range;
  readonly value: Range;
  /** True where an earlier key of the same object has the same name. */
  readonly repeated: boolean;
}

/** Where everything in a JSON text stands. */
export interface JsonPlaces {
  /** By path: see placeKey(). The whole value has the empty path. */
  readonly places: ReadonlyMap<string, JsonPlace>;
  /** Set where the text is not JSON; the places before it were read. */
  readonly error: { readonly at: Range; readonly message: string } | undefined;
}

/** The key of `places` for a path such as `['rules', 'some-rule']`. */
export const placeKey = (path: readonly PropertyKey[]): string => path.map(String).join('\0');

const BLANK = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

/** Thrown and caught in here. */
class NotJson extends Error {
  readonly at: Range;

  constructor(at: Range, message: string) {
    super(message);
    this.at = at;
  }
}

/** Reads where the keys and values of a JSON text stand; JSON.parse() tells what they are. */
export function locateJson(text: string): JsonPlaces {
  const locator = new Locator(text);
  try {
    locator.whole();
    return { places: locator.places, error: undefined };
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    return { places: locator.places, error: { at: error.at, message: error.message } };
  }
}

class Locator {
  readonly places = new Map<string, JsonPlace>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): void {
    const value = this.#value([]);
    this.places.set('', { key: value, value, repeated: false });
    this.#blanks();
    if (this.#at < this.#text.length) this.#fail('Nothing may follow the end of the JSON.');
  }

  #value(path: readonly PropertyKey[]): Range {
    this.#blanks();
    const start = this.#at;
    if (this.#text[start] === '{') this.#object(path);
    else if (this.#text[start] === '[') this.#list(path);
    else if (!this.#match(STRING) && !this.#match(SCALAR)) this.#fail('A JSON value is missing here.');
    return { start, end: this.#at };
  }

  #object(path: readonly PropertyKey[]): void {
    this.#members('}', () => {
      const key = this.#match(STRING);
      if (!key) this.#fail('A key in double quotes is missing here.');
      this.#blanks();
      if (this.#text[this.#at] !== ':') this.#fail('A colon is missing here.');
      this.#at++;
      const inner = [...path, JSON.parse(this.#text.slice(key.start, key.end)) as string];
      const value = this.#value(inner);
      const repeated = this.places.has(placeKey(inner));
      this.places.set(placeKey(inner), { key, value, repeated });
    });
  }

  #list(path: readonly PropertyKey[]): void {
    this.#members(']', (index) => {
      const value = this.#value([...path, index]);
      this.places.set(placeKey([...path, index]), { key: value, value, repeated: false });
    });
  }

  /** Reads what stands between brackets, with the commas. */
  #members(close: string, read: (index: number) => void): void {
    this.#at++;
    this.#blanks();
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    for (let index = 0; ; index++) {
      read(index);
      this.#blanks();
      const comma = this.#at;
      if (this.#text[comma] === close) {
        this.#at++;
        return;
      }
      if (this.#text[comma] !== ',') this.#fail(`A comma or ${close} is missing here.`);
      this.#at++;
      this.#blanks();
      if (this.#text[this.#at] === close) {
        throw new NotJson({ start: comma, end: comma + 1 }, `Remove the comma before ${close}.`);
      }
    }
  }

  #blanks(): void {
    this.#match(BLANK);
  }

  #match(pattern: RegExp): Range | undefined {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return undefined;
    const start = this.#at;
    this.#at = pattern.lastIndex;
    return { start, end: this.#at };
  }

  #fail(message: string): never {
    const isComment = /^\/[/*]/.test(this.#text.slice(this.#at, this.#at + 2));
    const start = this.#at;
    const end = Math.min(start + 1, this.#text.length);
    throw new NotJson({ start, end }, isComment ? 'JSON has no comments: remove this one.' : message);
  }
}
