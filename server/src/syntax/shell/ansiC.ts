/** A run of the inside of `$'…'`: plain characters, or one escape. */
export interface AnsiCRun {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly escaped: boolean;
}

const CONTROL: Record<string, string> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const NUMERIC = /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|c([\s\S]))/y;

/**
 * Splits text[start, end), the inside of `$'…'`, into runs (Bash manual, "ANSI-C Quoting"). An escape that the
 * shell does not know stays as it is, backslash included. A NUL ends the text, as it does in the shell.
 */
export function* ansiCRuns(text: string, start: number, end: number): Generator<AnsiCRun> {
  let run = start;
  for (let i = start; i < end; ) {
    if (text[i] !== '\\') {
      i++;
      continue;
    }
    const read = readEscape(text, i, end);
    if (!read) {
      i = Math.min(i + 2, end);
      continue;
    }
    if (i > run) yield { start: run, end: i, text: text.slice(run, i), escaped: false };
    if (read.text === '\0') return;
    yield { start: i, end: read.end, text: read.text, escaped: true };
    i = read.end;
    run = i;
  }
  if (end > run) yield { start: run, end, text: text.slice(run, end), escaped: false };
}

function readEscape(text: string, at: number, end: number): { text: string; end: number } | undefined {
  const letter = text[at + 1];
  if (letter === undefined || at + 2 > end) return undefined;
  if ('\\\'"?'.includes(letter)) return { text: letter, end: at + 2 };
  const control = CONTROL[letter];
  if (control !== undefined) return { text: control, end: at + 2 };
  NUMERIC.lastIndex = at;
  const match = NUMERIC.exec(text);
  if (!match || at + match[0].length > end) return undefined;
  return { text: decode(match), end: at + match[0].length };
}

function decode(match: RegExpExecArray): string {
  const [, byte, short, long, octal, control] = match;
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) & 0x1f);
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
  const code = Number.parseInt((byte ?? short ?? long)!, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
