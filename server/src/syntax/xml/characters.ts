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

// NameStartChar and what NameChar adds to it of XML 1.0, as ranges of UTF-16 units for a character class: both halves of
// a surrogate pair count as letters.
const LETTERS =
  'A-Za-z_:\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef' +
  '\\u3001-\\udfff\\uf900-\\ufdcf\\ufdf0-\\ufffd';
const MARKS = '0-9.\\xb7\\u0300-\\u036f\\u203f\\u2040-';

/** Character classes of regular expressions without the flag `u`. */
export const NAME_START = `[${LETTERS}]`;
export const NAME_CHAR = `[${LETTERS}${MARKS}]`;

const LETTER = new RegExp(NAME_START);
const PART = new RegExp(NAME_CHAR);

/** What an ASCII character is to a name: 1 where it may start one, 2 where it may only go on. */
const ASCII = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return LETTER.test(character) ? 1 : PART.test(character) ? 2 : 0;
});

/** May a name start with this UTF-16 unit? NaN, the unit beyond the end of a text, may not. */
export const isNameStart = (code: number): boolean =>
  code < 128 ? ASCII[code] === 1 : LETTER.test(String.fromCharCode(code));

/** May a name go on with this UTF-16 unit? */
export const isNameChar = (code: number): boolean =>
  code < 128 ? ASCII[code] !== 0 : PART.test(String.fromCharCode(code));
