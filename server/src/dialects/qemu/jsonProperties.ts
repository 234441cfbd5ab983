import type { PropertyText } from './properties.ts';

/**
 * Reads the JSON form of an option, `{"driver":"vfio-pci","host":"01:00.0"}`, as the properties it stands for.
 * Nested objects become dotted keys, as QEMU's own keyval syntax spells them. Stops without complaint at the
 * first character that is not JSON: what was read so far counts.
 * @returns the properties, the offset of the closing brace if it was reached, and whether all of it was JSON.
 */
export function scanJson(text: string): { properties: PropertyText[]; close: number | undefined } {
  const properties: PropertyText[] = [];
  let at = 0;

  const skipBlanks = (): void => {
    while (/\s/.test(text[at] ?? '')) at++;
  };

  /** Leaves `at` behind the closing quote; the range is that between the quotes, of which QEMU takes single ones too. */
  const readString = (): { start: number; end: number } | undefined => {
    const quote = text[at];
    if (quote !== '"' && quote !== "'") return undefined;
    const start = ++at;
    while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1;
    if (at >= text.length) return undefined;
    return { start, end: at++ };
  };

  /** Reads any value; reports scalars and lists of scalars under `key`. False where the text ends or is broken. */
  const readValue = (key: string, from: number): boolean => {
    skipBlanks();
    const start = at;
    if (text[at] === '{') return readObject(`${key}.`);
    if (text[at] === '[') {
      const close = text.indexOf(']', at);
      if (close < 0) return false;
      at = close + 1;
      properties.push({ key, start: from, end: at, valueStart: start, valueEnd: at, form: 'json-list' });
      return true;
    }
    const string = readString();
    if (string) {
      const { start: valueStart, end: valueEnd } = string;
      properties.push({ key, start: from, end: at, valueStart, valueEnd, form: 'json-string' });
      return true;
    }
    while (at < text.length && !/[,}\]\s]/.test(text[at]!)) at++;
    if (at === start) return false;
    properties.push({ key, start: from, end: at, valueStart: start, valueEnd: at, form: 'json-scalar' });
    return true;
  };

  const readObject = (prefix: string): boolean => {
    at++;
    for (;;) {
      skipBlanks();
      if (text[at] === '}') {
        at++;
        return true;
      }
      const from = at;
      const name = readString();
      if (!name) return false;
      skipBlanks();
      if (text[at] !== ':') return false;
      at++;
      if (!readValue(prefix + text.slice(name.start, name.end), from)) return false;
      skipBlanks();
      if (text[at] === ',') at++;
      else if (text[at] !== '}') return false;
    }
  };

  skipBlanks();
  const whole = text[at] === '{' && readObject('');
  return { properties, close: whole ? at - 1 : undefined };
}
