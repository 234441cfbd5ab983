import type { Range } from '../../../text/span.ts';

/** What is written at an offset of an XML text, as far as its characters tell. */
export type XmlCursor =
  /** The name of an element; `name` has no `<`. `tag` starts at the `<`. */
  | { readonly kind: 'element'; readonly tag: number; readonly name: Range; readonly complete: boolean }
  | { readonly kind: 'closing'; readonly tag: number; readonly name: Range; readonly complete: boolean }
  | { readonly kind: 'attribute'; readonly tag: number; readonly name: Range; readonly joined: boolean }
  | {
      readonly kind: 'value';
      readonly tag: number;
      readonly attribute: string;
      readonly value: Range;
      readonly quote: string;
    }
  /** Between tags; the range is that of the word at the offset. */
  | { readonly kind: 'content'; readonly word: Range };

const NAME = /^[\w:.-]*/;

/** Reads what stands around an offset. Comments and the like are the caller's to leave out. */
export function xmlCursorAt(text: string, offset: number): XmlCursor | undefined {
  const tag = text.lastIndexOf('<', offset - 1);
  if (tag < 0) return undefined;
  const closes = text[tag + 1] === '/';
  const nameStart = tag + (closes ? 2 : 1);
  if (/[!?]/.test(text[nameStart] ?? '')) return content(text, offset);
  const name = { start: nameStart, end: nameStart + lengthOf(NAME, text, nameStart) };
  if (offset <= name.end) {
    if (offset < nameStart) return undefined;
    const kind = closes ? 'closing' : 'element';
    return { kind, tag, name, complete: isComplete(text, name.end) };
  }
  return closes ? content(text, offset) : inTag(text, offset, tag, name.end);
}

/** Whether the tag goes on to its `>`, rather than being cut by the next tag or the end of what is typed. */
function isComplete(text: string, from: number): boolean {
  const rest = /^[^<>]*/.exec(text.slice(from, from + 2000))![0];
  return text[from + rest.length] === '>';
}

function inTag(text: string, offset: number, tag: number, from: number): XmlCursor | undefined {
  let at = from;
  for (;;) {
    at += lengthOf(/^\s+/, text, at);
    const name = { start: at, end: at + lengthOf(NAME, text, at) };
    const equals = name.end + lengthOf(/^\s*=\s*/, text, name.end);
    if (offset <= name.end) {
      const isBefore = offset < at || name.end === at;
      const range = isBefore ? { start: offset, end: offset } : name;
      // A blank has to stand between two attributes.
      if (!/\s/.test(text[range.start - 1] ?? '')) return undefined;
      return { kind: 'attribute', tag, name: range, joined: !isBefore && equals > name.end };
    }
    if (text[at] === '>') return content(text, offset);
    if (equals === name.end) {
      // Neither a name nor a value: `/`, or what no tag can hold.
      at = name.end > at ? name.end : at + 1;
      if (at > offset) return undefined;
      continue;
    }
    const quote = text[equals] ?? '';
    if (quote !== '"' && quote !== "'") {
      if (offset <= equals) {
        // Before the sign there is nothing to write, behind it the value goes where the cursor is.
        if (!text.slice(name.end, offset).includes('=')) return undefined;
        return {
          kind: 'value',
          tag,
          attribute: text.slice(name.start, name.end),
          value: { start: offset, end: offset },
          quote: '',
        };
      }
      at = equals + Math.max(1, lengthOf(/^[^\s>]+/, text, equals));
      continue;
    }
    const end = valueEnd(text, equals + 1, quote);
    if (equals < offset && offset <= end) {
      return {
        kind: 'value',
        tag,
        attribute: text.slice(name.start, name.end),
        value: { start: equals + 1, end },
        quote,
      };
    }
    if (offset <= equals) return undefined;
    at = text[end] === quote ? end + 1 : end;
  }
}

/** The closing quote; where it is not typed yet, the end of the word. */
function valueEnd(text: string, start: number, quote: string): number {
  const run = lengthOf(quote === '"' ? /^[^"<\n]*/ : /^[^'<\n]*/, text, start);
  return text[start + run] === quote ? start + run : start + lengthOf(/^[^\s'"<>/]*/, text, start);
}

function content(text: string, offset: number): XmlCursor {
  const before = /[^\s<>]*$/.exec(text.slice(Math.max(0, offset - 200), offset))![0].length;
  return {
    kind: 'content',
    word: { start: offset - before, end: offset + lengthOf(/^[^\s<>]*/, text, offset) },
  };
}

const lengthOf = (pattern: RegExp, text: string, at: number): number =>
  pattern.exec(text.slice(at, at + 2000))?.[0].length ?? 0;
