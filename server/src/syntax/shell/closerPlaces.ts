/** The end of the line, before its break. */
export function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

/** The end of the last word on the line: before blanks, and before the backslash that continues the line. */
export function wordsEnd(text: string, from: number): number {
  let at = lineEnd(text, from);
  while (at > from + 1 && /[\\ \t\r]/.test(text[at - 1]!)) at--;
  return at;
}

/** After the name of `${NAME`, or after an operand without blanks. */
export function afterParameter(text: string, start: number): number {
  const pattern = /\$\{[!#]?\w*(?:\[[^\]\s]*\])?(?:(?::?[-=+?]|[#%])[^\s"'`\\]*)?/y;
  pattern.lastIndex = start;
  return start + (pattern.exec(text)?.[0].length ?? 2);
}

/** Before the next double quote on the line: a string around the construct ends there. */
export function beforeQuote(text: string, start: number): number {
  const end = wordsEnd(text, start);
  const at = text.slice(start, end).indexOf('"');
  return at < 0 ? end : start + at;
}

/** Before `; then` or `; do` on the line, else at its end. */
export function beforeKeyword(text: string, start: number): number {
  const end = wordsEnd(text, start);
  const match = /\s*(?:;|&&|\|\|)?\s*(?:\bthen|\bdo|\{)?\s*$/.exec(text.slice(start, end));
  return match ? start + match.index : end;
}

/**
 * An array goes on over lines: until a blank one, or until one that stands no further in than the line on which
 * the array begins.
 */
export function arrayEnd(text: string, open: number): number {
  const indent = indentAt(text, text.lastIndexOf('\n', open) + 1);
  let end = wordsEnd(text, open);
  let indented = false;
  for (let at = lineEnd(text, open) + 1; at < text.length; at = lineEnd(text, at) + 1) {
    const line = text.slice(at, lineEnd(text, at));
    if (line.trim() === '') break;
    const further = indentAt(text, at) > indent;
    if (!further && (indented || !/^\s*['"-]/.test(line))) break;
    indented ||= further;
    end = lineEnd(text, at);
  }
  return end;
}

function indentAt(text: string, at: number): number {
  let end = at;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return end - at;
}
