/** The one-letter escapes of C that systemd knows, and `\s` for a blank. */
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  s: ' ',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** `\x20`, `\040`, `\u00e9` or one letter. */
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|([\s\S]))/y;

/** What templates of units put where a value will be: Jinja, ERB, autoconf. */
const PLACEHOLDER = /\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|@[A-Za-z_]\w*@/y;

export type Quote = '' | "'" | '"';

/** What systemd reads at one place of a value. */
export type UnitToken = { readonly length: number } & (
  | { readonly kind: 'quote' }
  /** A character that the program receives. */
  | { readonly kind: 'character'; readonly character: string }
  /** `${NAME}` brings one argument, or a part of one, in whatever quotes. */
  | { readonly kind: 'expansion' }
  /** A value that stands in another place, by a name for what it is. */
  | { readonly kind: 'unknown'; readonly name: string }
  /** To a shell it means what it means to systemd. */
  | { readonly kind: 'same' }
);

/** What counts at a place for how it is read. */
export interface UnitReading {
  readonly quote: Quote;
  /** Variables are expanded: in commands, unless they begin with a colon. */
  readonly expands: boolean;
  /** Nothing of the current word has been read yet. */
  readonly fresh: boolean;
}

/** Reads one token of a value that ends at `end`. Blanks and continuations are the caller's matter: to this they are characters. */
export function readUnitToken(text: string, at: number, end: number, reading: UnitReading): UnitToken {
  PLACEHOLDER.lastIndex = at;
  const placeholder = PLACEHOLDER.exec(text)?.[0];
  if (placeholder) return { kind: 'unknown', name: 'placeholder', length: placeholder.length };
  const c = text[at]!;
  if (c === '%') return specifier(text[at + 1] ?? '');
  if (c === '$' && reading.expands) return dollar(text.slice(at, end), reading.fresh);
  if (c === '\\') return escaped(text, at);
  if (c === reading.quote || (reading.quote === '' && (c === '"' || c === "'")))
    return { kind: 'quote', length: 1 };
  return character(c, 1);
}

const character = (character: string, length: number): UnitToken => ({
  kind: 'character',
  character,
  length,
});

function specifier(letter: string): UnitToken {
  if (letter === '%') return character('%', 2);
  return /[A-Za-z]/.test(letter)
    ? { kind: 'unknown', name: `specifier_${letter}`, length: 2 }
    : character('%', 1);
}

function dollar(rest: string, fresh: boolean): UnitToken {
  if (rest.startsWith('$$')) return character('$', 2);
  const braced = /^\$\{\w+\}/.exec(rest)?.[0];
  if (braced) return { kind: 'expansion', length: braced.length };
  // Without braces only as a word of its own, which is then split at its blanks.
  const bare = fresh ? /^\$[A-Za-z_]\w*(?=\s|$)/.exec(rest)?.[0] : undefined;
  return bare ? { kind: 'same', length: bare.length } : character('$', 1);
}

function escaped(text: string, at: number): UnitToken {
  ESCAPE.lastIndex = at;
  const [whole, hex, octal, unicode, letter] = ESCAPE.exec(text) ?? ['\\'];
  const code = hex ?? unicode;
  if (code !== undefined) return character(String.fromCharCode(Number.parseInt(code, 16)), whole.length);
  if (octal !== undefined) return character(String.fromCharCode(Number.parseInt(octal, 8)), whole.length);
  if (letter === ';') return { kind: 'same', length: 2 };
  return character(ESCAPES[letter ?? '\\'] ?? letter!, whole.length);
}
