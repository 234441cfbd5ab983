import type { ExcerptBuilder } from '../../text/excerptBuilder.ts';
import { isComment } from './lines.ts';
import { type Quote, readUnitToken } from './unitTokens.ts';

/** A shell that is given its script as an argument, up to the quote before that. */
const SCRIPT = /(?:\S*\/)?(?:ba|da|k|z)?sh[ \t]+(?:-[a-z]+[ \t]+)*?-[a-z]*c[ \t]+(['"])/y;

/** Characters that mean themselves to a shell, wherever they stand outside of quotes. */
const PLAIN = /[\w.,=:/@%+^-]/;

/** Writes the values of a unit as shell: same words, other quoting. */
export class UnitWriter {
  readonly #text: string;
  readonly #out: ExcerptBuilder;
  #at = 0;
  #end = 0;
  #quote: Quote = '';
  /** Nothing of the current word has been read yet. */
  #fresh = true;
  /** What is read is a script, and is passed on as it is. */
  #raw = false;
  /** Variables are expanded: in commands, unless they begin with a colon. */
  #expands = false;

  constructor(text: string, out: ExcerptBuilder) {
    this.#text = text;
    this.#out = out;
  }

  /** The value of `Environment=`: assignments, each of which may stand in quotes as a whole. */
  assignments(start: number, end: number): void {
    this.#begin(start, end, false);
    for (;;) {
      this.#skipBlanks();
      if (this.#at >= this.#end) return;
      const name = /(['"]?)([A-Za-z_]\w*)=/y;
      name.lastIndex = this.#at;
      const match = name.exec(this.#text);
      if (!match) return;
      this.#out.put('\n', this.#at);
      // `"A=b c"` is `A="b c"` to a shell.
      const value = this.#at + match[0].length;
      this.#out.copy(this.#at + match[1]!.length, value);
      this.#out.put(match[1]!, value);
      this.#at = value;
      this.#quote = match[1] as Quote;
      this.#fresh = false;
      this.#words(true);
    }
  }

  /** The value of `ExecStart=`: one command, or several with semicolons between them. */
  command(start: number, end: number): void {
    this.#begin(start, end, true);
    while (this.#at < this.#end) {
      const prefix = /(?:[-:+!|]|@(?!\w+@))*/y;
      prefix.lastIndex = this.#at;
      const marks = prefix.exec(this.#text)![0];
      this.#at += marks.length;
      this.#expands = !marks.includes(':');
      // Behind `@` the second word is the name that the program is told to have, and no argument.
      if (marks.includes('@')) {
        this.#words(true);
        this.#skipBlanks();
        this.#at += /^\S*/.exec(this.#text.slice(this.#at, this.#end))![0].length;
      }
      SCRIPT.lastIndex = this.#at;
      const script = SCRIPT.exec(this.#text.slice(0, this.#end));
      if (script) this.#script(script[0].length, script[1] as Quote);
      else this.#words(false);
      this.#close();
    }
  }

  /** The script of `sh -c '…'` is shell already, once systemd has read it. Its own arguments are left out. */
  #script(length: number, quote: Quote): void {
    this.#out.put('(\n', this.#at);
    this.#at += length;
    this.#quote = quote;
    this.#raw = true;
    while (this.#at < this.#end && this.#text[this.#at] !== quote) {
      const continuation = this.#continuation();
      if (continuation > 0) this.#line(continuation);
      else this.#token();
    }
    this.#raw = false;
    this.#quote = '';
    this.#out.put('\n)', this.#at);
    this.#at = this.#end;
  }

  #begin(start: number, end: number, expands: boolean): void {
    this.#at = start;
    this.#end = end;
    this.#expands = expands;
    this.#quote = '';
    this.#fresh = true;
    this.#raw = false;
  }

  /** Quotes that nothing closes are closed, so that the next value is not read as a part of this one. */
  #close(): void {
    this.#out.put(this.#quote, this.#at);
    this.#quote = '';
  }

  #skipBlanks(): void {
    while (this.#at < this.#end) {
      const length = this.#continuation();
      if (length > 0) this.#at += length;
      else if (/\s/.test(this.#text[this.#at]!)) this.#at++;
      else break;
    }
    this.#fresh = true;
  }

  /** Reads words up to the end, or to the semicolon that ends a command. */
  #words(single: boolean): void {
    while (this.#at < this.#end) {
      const c = this.#text[this.#at]!;
      const continuation = c === '\\' ? this.#continuation() : 0;
      const separates = this.#quote === '' && (continuation > 0 || /\s/.test(c));
      if (separates && single) break;
      if (continuation > 0) this.#line(continuation);
      else if (separates) this.#copy(1);
      else if (this.#quote === '' && this.#fresh && this.#endsCommand()) return;
      else this.#token();
      this.#fresh = separates;
    }
    if (single) this.#close();
  }

  /** Length of a backslash with its line break and the comment lines behind that; 0 where there is none. */
  #continuation(): number {
    const match = /\\\r?\n/y;
    match.lastIndex = this.#at;
    const first = match.exec(this.#text)?.[0].length ?? 0;
    if (first === 0) return 0;
    let next = this.#at + first;
    for (;;) {
      const feed = this.#text.indexOf('\n', next);
      if (feed < 0 || feed >= this.#end || !isComment(this.#text.slice(next, feed))) return next - this.#at;
      next = feed + 1;
    }
  }

  /** A continuation separates words here, where to a shell it is nothing at all. */
  #line(length: number): void {
    const start = this.#at;
    const end = start + length;
    this.#at = end;
    if (this.#quote !== '') {
      this.#out.put(' ', start, end);
    } else {
      if (!/\s/.test(this.#out.last)) this.#out.put(' ', start);
      this.#out.copy(start, this.#text.indexOf('\n', start) + 1);
    }
  }

  #endsCommand(): boolean {
    const end = /;(?=\s|$)\s*/y;
    end.lastIndex = this.#at;
    const match = end.exec(this.#text.slice(0, this.#end));
    if (!match) return false;
    this.#put('\n', match[0].length);
    return true;
  }

  /** Writes one token as a shell reads it. */
  #token(): void {
    const token = readUnitToken(this.#text, this.#at, this.#end, {
      quote: this.#quote,
      expands: this.#expands,
      fresh: this.#fresh,
    });
    switch (token.kind) {
      case 'quote':
        this.#quote = this.#quote === '' ? (this.#text[this.#at] as Quote) : '';
        this.#copy(token.length);
        break;
      case 'character':
        this.#character(token.character, token.length);
        break;
      case 'expansion': {
        const [before, after] = this.#doubleQuotes();
        this.#out.put(before, this.#at);
        this.#copy(token.length);
        this.#out.put(after, this.#at);
        break;
      }
      case 'unknown': {
        const [before, after] = this.#doubleQuotes();
        this.#put(`${before}\${${token.name}}${after}`, token.length);
        break;
      }
      case 'same':
        this.#copy(token.length);
    }
  }

  /** What leads from the quotes of here into double ones, and back. */
  #doubleQuotes(): readonly [string, string] {
    if (this.#raw || this.#quote === '"') return ['', ''];
    return this.#quote === "'" ? [`'"`, `"'`] : ['"', '"'];
  }

  #character(character: string, length: number): void {
    const written = this.#written(character);
    const isTheSame = written === this.#text.slice(this.#at, this.#at + length);
    if (isTheSame) this.#copy(length);
    else this.#put(written, length);
  }

  /** A character that the program receives, so that a shell hands it on. */
  #written(character: string): string {
    if (this.#raw) return character;
    if (this.#quote === "'") return character === "'" ? `'\\''` : character;
    if (this.#quote === '"') return /[$`"\\]/.test(character) ? `\\${character}` : character;
    if (character === '\n') return `$'\\n'`;
    return PLAIN.test(character) ? character : `\\${character}`;
  }

  #copy(length: number): void {
    this.#out.copy(this.#at, this.#at + length);
    this.#at += length;
  }

  /** Writes something for the next `length` characters. */
  #put(text: string, length: number): void {
    this.#out.put(text, this.#at, this.#at + length);
    this.#at += length;
  }
}
