/**
 * Text of a file or a name in it, harmless on a terminal: control characters are shown by their pictures. NUL, which
 * separates the arguments of a process, is shown as a blank.
 */
export const harmless = (text: string): string =>
  text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0);
    if (code === 0) return ' ';
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\uFFFD';
  });
