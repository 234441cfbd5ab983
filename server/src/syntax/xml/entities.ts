/** The entities that XML itself declares. */
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' };

const REFERENCE = /&(?:#x([0-9a-fA-F]+);|#([0-9]+);|([A-Za-z_:][\w:.-]*);)?/g;

/** The character a reference stands for; undefined for what XML 1.0 does not count as a character. */
function characterOf(code: number): string | undefined {
  const valid =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code < 0xd800) ||
    (code >= 0xe000 && code < 0xfffe) ||
    (code >= 0x10000 && code <= 0x10ffff);
  return valid ? String.fromCodePoint(code) : undefined;
}

/**
 * Replaces the five entities of XML and character references by what they stand for. Anything else that starts
 * with an ampersand stays as written.
 * @param unknown is told where, as offsets into `raw`.
 */
export function decodeEntities(raw: string, unknown: (start: number, end: number) => void): string {
  return raw.replace(
    REFERENCE,
    (
      written: string,
      hex: string | undefined,
      decimal: string | undefined,
      name: string | undefined,
      at: number,
    ) => {
      let text: string | undefined;
      if (hex !== undefined) text = characterOf(Number.parseInt(hex, 16));
      else if (decimal !== undefined) text = characterOf(Number.parseInt(decimal, 10));
      else if (name !== undefined && Object.hasOwn(NAMED, name)) text = NAMED[name];
      if (text !== undefined) return text;
      unknown(at, at + written.length);
      return written;
    },
  );
}
