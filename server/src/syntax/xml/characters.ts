export const TAB = 9;
export const NEWLINE = 10;
export const RETURN = 13;
export const SPACE = 32;
export const BANG = 33;
export const DOUBLE_QUOTE = 34;
export const DOLLAR = 36;
export const SINGLE_QUOTE = 39;
export const SLASH = 47;
export const LESS = 60;
export const EQUALS = 61;
export const GREATER = 62;
export const QUESTION = 63;
export const BRACE = 123;

/** White space as XML 1.0 counts it; a no-break space is none. */
export const isBlank = (code: number): boolean =>
  code === SPACE || code === NEWLINE || code === TAB || code === RETURN;

type Ranges = readonly (readonly [first: number, last: number])[];

// NameStartChar of XML 1.0 beyond ASCII, by UTF-16 unit: both halves of a surrogate pair count as letters.
const LETTERS: Ranges = [
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x2ff],
  [0x370, 0x37d],
  [0x37f, 0x1fff],
  [0x200c, 0x200d],
  [0x2070, 0x218f],
  [0x2c00, 0x2fef],
  [0x3001, 0xdfff],
  [0xf900, 0xfdcf],
  [0xfdf0, 0xfffd],
];
// What NameChar adds to them.
const MARKS: Ranges = [
  [0xb7, 0xb7],
  [0x300, 0x36f],
  [0x203f, 0x2040],
];

const within = (ranges: Ranges, code: number): boolean =>
  code > 127 && ranges.some(([first, last]) => code >= first && code <= last);

/** What an ASCII character is to a name: 1 where it may start one, 2 where it may only go on. */
const ASCII = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[A-Za-z_:]/.test(character) ? 1 : /[0-9.-]/.test(character) ? 2 : 0;
});

/** May a name start with this UTF-16 unit? NaN, the unit beyond the end of a text, may not. */
export const isNameStart = (code: number): boolean => ASCII[code] === 1 || within(LETTERS, code);

/** May a name go on with this UTF-16 unit? */
export const isNameChar = (code: number): boolean =>
  code < 128 ? ASCII[code] !== 0 : within(LETTERS, code) || within(MARKS, code);
