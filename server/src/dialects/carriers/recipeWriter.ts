import type { ExcerptBuilder } from '../../text/excerptBuilder.ts';
import type { MakeVariable } from './makeVariables.ts';

type Quote = '' | "'" | '"';

/** How deep variables may stand in each other: one that names itself has no end. */
const MAX_DEPTH = 12;

/** Beyond this many characters nothing more is expanded: each variable may name the next one twice. */
const MAX_LENGTH = 200_000;

/** `$$`, `$(NAME)`, `${NAME}`, or `$` with one character. Functions are recognised by what their brackets hold. */
const DOLLAR = /\$(?:\$|\(([\w.-]+)\)|\{([\w.-]+)\}|([({])|([\s\S]))/y;

const SPECIAL = /[$\\'"]/g;

/** Writes recipe lines as the shell receives them from make. */
export class RecipeWriter {
  readonly #text: string;
  readonly #out: ExcerptBuilder;
  readonly #variables: ReadonlyMap<string, MakeVariable>;
  #quote: Quote = '';
  #open = new Set<string>();
  readonly #concerning = new Map<string, boolean>();

  constructor(text: string, out: ExcerptBuilder, variables: ReadonlyMap<string, MakeVariable>) {
    this.#text = text;
    this.#out = out;
    this.#variables = variables;
  }

  /** Whether a recipe line may start QEMU, by itself or through its variables. */
  mayConcern(start: number, end: number): boolean {
    const line = this.#text.slice(start, end);
    if (/qemu|\bkvm\b/i.test(line)) return true;
    return Array.from(line.matchAll(/\$[({]([\w.-]+)/g)).some(([, name]) => this.#concerns(name!));
  }

  /** Whether the value of a variable may. Each is looked at once: many recipes name the same ones. */
  #concerns(name: string): boolean {
    const known = this.#concerning.get(name);
    if (known !== undefined) return known;
    // One that names itself adds nothing to what the rest of it says.
    this.#concerning.set(name, false);
    const ranges = this.#variables.get(name)?.value ?? [];
    const found = ranges.some(({ start, end }) => this.mayConcern(start, end));
    this.#concerning.set(name, found);
    return found;
  }

  write(start: number, end: number): void {
    this.#quote = '';
    this.#expand(start, end);
  }

  #expand(start: number, end: number): void {
    let at = start;
    while (at < end) {
      const c = this.#text[at]!;
      if (c === '$') {
        at = this.#dollar(at, end);
        continue;
      }
      const length = c === '\\' && this.#quote !== "'" ? Math.min(2, end - at) : this.#plainLength(at, end);
      if (c === this.#quote) this.#quote = '';
      else if (this.#quote === '' && (c === '"' || c === "'")) this.#quote = c;
      this.#out.copy(at, at + length);
      at += length;
    }
  }

  /** How many characters from `at` on go as they are together: up to one that means something to make or the shell. */
  #plainLength(at: number, end: number): number {
    SPECIAL.lastIndex = at + 1;
    const special = SPECIAL.exec(this.#text);
    return Math.min(special?.index ?? end, end) - at;
  }

  /** Returns where reading goes on. */
  #dollar(at: number, end: number): number {
    DOLLAR.lastIndex = at;
    const match = DOLLAR.exec(this.#text);
    if (!match || at + match[0].length > end) {
      this.#out.copy(at, end);
      return end;
    }
    const [whole, round, curly, bracket, letter] = match;
    const next = at + whole.length;
    if (whole === '$$') {
      this.#out.put('$', at, next);
      return next;
    }
    if (bracket) {
      const close = closing(this.#text, next, end, bracket);
      this.#unknown('make_function', at, close);
      return close;
    }
    const name = round ?? curly ?? letter!;
    this.#variable(name, at, next);
    return next;
  }

  #variable(name: string, start: number, end: number): void {
    const variable = this.#variables.get(name);
    const isKnown = variable?.value && !this.#open.has(name) && this.#open.size < MAX_DEPTH;
    if (!isKnown || this.#out.length > MAX_LENGTH) {
      this.#unknown(/^[A-Za-z_]\w*$/.test(name) ? name : 'make_variable', start, end);
      return;
    }
    this.#open.add(name);
    if (variable.isLonger) {
      this.#unknown('make_variable', start, end);
      this.#out.put(' ', end);
    }
    this.#out.through({ start, end }, variable.uses > 1, () => {
      for (const [i, range] of variable.value!.entries()) {
        if (i > 0) this.#out.put(' ', range.start);
        this.#expand(range.start, range.end);
      }
    });
    if (variable.isLongerForSome) {
      this.#out.put(' ', end);
      this.#unknown('make_variable', start, end);
    }
    this.#open.delete(name);
  }

  /** Make replaces text, also in single quotes, where a shell would not. */
  #unknown(name: string, start: number, end: number): void {
    const written = `\${${name}}`;
    this.#out.put(this.#quote === "'" ? `'"${written}"'` : written, start, end);
  }
}

/** Behind the bracket that closes the one before `at`. */
function closing(text: string, at: number, end: number, open: string): number {
  const close = open === '(' ? ')' : '}';
  let depth = 1;
  for (let i = at; i < end; i++) {
    if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) return i + 1;
  }
  return end;
}
