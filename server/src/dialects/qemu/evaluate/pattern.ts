import type { ShellWord } from '../../../syntax/shell/tree.ts';

type Item = { readonly kind: 'star' } | { readonly kind: 'one'; matches(character: string): boolean };

/** Longer texts are left alone: matching every prefix is quadratic. */
const MAX_LENGTH = 512;

/** A glob pattern with literal text, as in `${x%%:*}`. */
export class ShellPattern {
  readonly #items: readonly Item[];

  private constructor(items: readonly Item[]) {
    this.#items = items;
  }

  /** Undefined for a pattern with variables in it or with one of the extended forms. */
  static of(word: ShellWord): ShellPattern | undefined {
    const items: Item[] = [];
    for (const part of word.parts) {
      if (part.kind !== 'text') return undefined;
      if (part.quoting !== 'bare' || part.escaped) {
        for (const character of part.text) items.push(literal(character));
        continue;
      }
      if (/[?*+@!]\(/.test(part.text) || !readGlob(part.text, items)) return undefined;
    }
    return new ShellPattern(items);
  }

  /** Cuts off what matches at one end of a text. Undefined where the text is too long to try. */
  strip(text: string, from: 'start' | 'end', longest: boolean): string | undefined {
    if (text.length > MAX_LENGTH) return undefined;
    for (let i = 0; i <= text.length; i++) {
      const length = longest ? text.length - i : i;
      const cut = from === 'start' ? length : text.length - length;
      const [candidate, rest] =
        from === 'start' ? [text.slice(0, cut), text.slice(cut)] : [text.slice(cut), text.slice(0, cut)];
      if (this.#matches(candidate)) return rest;
    }
    return text;
  }

  /** Replaces matches, the longest at each place. Undefined where the text is too long to try. */
  replace(text: string, where: 'first' | 'all' | 'start' | 'end', by: string): string | undefined {
    if (text.length > MAX_LENGTH) return undefined;
    if (this.#items.length === 0) return where === 'start' ? by + text : where === 'end' ? text + by : text;
    let out = '';
    for (let at = 0; at < text.length; ) {
      const length = where === 'start' && at > 0 ? 0 : this.#longestAt(text, at, where === 'end');
      if (length === 0) {
        out += text[at++];
        continue;
      }
      out += by;
      at += length;
      if (where !== 'all') return out + text.slice(at);
    }
    return out;
  }

  #longestAt(text: string, at: number, toEnd: boolean): number {
    const shortest = toEnd ? text.length - at : 1;
    for (let length = text.length - at; length >= shortest; length--) {
      if (this.#matches(text.slice(at, at + length))) return length;
    }
    return 0;
  }

  /** Matches the whole text; goes back to the last star only, which is enough. */
  #matches(text: string): boolean {
    const items = this.#items;
    let item = 0;
    let star = -1;
    let starAt = 0;
    let at = 0;
    while (at < text.length) {
      const next = items[item];
      if (next?.kind === 'star') {
        star = item++;
        starAt = at;
      } else if (next?.matches(text[at]!)) {
        item++;
        at++;
      } else if (star >= 0) {
        item = star + 1;
        at = ++starAt;
      } else return false;
    }
    while (items[item]?.kind === 'star') item++;
    return item === items.length;
  }
}

const literal = (expected: string): Item => ({ kind: 'one', matches: (character) => character === expected });

/** Adds the items of an unquoted run; false for a bracket that is not understood. */
function readGlob(text: string, items: Item[]): boolean {
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '*') items.push({ kind: 'star' });
    else if (character === '?') items.push({ kind: 'one', matches: () => true });
    else if (character === '[') {
      const bracket = /^\[([!^]?)([^\][:=.]+)\]/.exec(text.slice(i));
      if (!bracket) return false;
      const [whole, negated, members] = bracket;
      const set = membersOf(members!);
      items.push({
        kind: 'one',
        matches: (c) => set.some(([low, high]) => low <= c && c <= high) === !negated,
      });
      i += whole.length - 1;
    } else items.push(literal(character));
  }
  return true;
}

function membersOf(text: string): [string, string][] {
  const out: [string, string][] = [];
  for (let i = 0; i < text.length; i++) {
    const isRange = text[i + 1] === '-' && i + 2 < text.length;
    out.push([text[i]!, isRange ? text[i + 2]! : text[i]!]);
    if (isRange) i += 2;
  }
  return out;
}
