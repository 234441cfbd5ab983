import type { ShellWord } from '../../../syntax/shell/tree.ts';
import { computedFragment, type Fragment, part, unknownFragment } from './fragment.ts';
import type { State } from './state.ts';

/** What the expansion of a word comes to, before it is cut into arguments. */
export type Expansion =
  /** Characters. Those that split end the argument at blanks, as unquoted variables do. */
  | { readonly kind: 'text'; readonly fragment: Fragment; readonly splits: boolean }
  /** Between two elements of a list. */
  | { readonly kind: 'break' }
  /** Any number of arguments that are not known. */
  | { readonly kind: 'opening'; readonly fragment: Fragment };

/** One argument, or a place where any number of unknown ones may stand. */
export interface Field {
  readonly kind: 'word' | 'opening';
  /** At least one. */
  readonly fragments: readonly Fragment[];
  /** The word of the script that brought it. */
  readonly word: ShellWord;
}

/** Cuts the expansion of one word into arguments: none, one or many. */
export function fieldsOf(state: State, expansions: readonly Expansion[], word: ShellWord): Field[] {
  const builder = new FieldBuilder(state, word);
  for (const expansion of expansions) builder.add(expansion);
  return builder.finish();
}

class FieldBuilder {
  readonly #fields: Field[] = [];
  readonly #word: ShellWord;
  readonly #separators: Separators;
  #fragments: Fragment[] = [];
  /** Only unquoted unknown text so far: it may come to any number of arguments. */
  #isOpen = true;
  #isAfterOpening = false;

  constructor(state: State, word: ShellWord) {
    this.#word = word;
    this.#separators = separatorsOf(state);
  }

  add(expansion: Expansion): void {
    if (expansion.kind === 'break') {
      this.#close();
      this.#isAfterOpening = false;
    } else if (expansion.kind === 'opening') {
      const { fragment } = expansion;
      // `"x${a[@]}"`: the first of the unknown elements is glued to what stands before them.
      if (this.#fragments.length > 0) this.#push(fragment, false);
      this.#close();
      this.#fields.push({ kind: 'opening', fragments: [fragment], word: this.#word });
      this.#isAfterOpening = true;
    } else if (this.#isAfterOpening) this.#blur(this.#fields.at(-1)!.fragments[0]!);
    else if (expansion.splits) this.#split(expansion.fragment);
    else this.#push(expansion.fragment, false);
  }

  finish(): Field[] {
    this.#close();
    return this.#fields;
  }

  /**
   * `"${a[@]}x"`: the x is part of the last of the unknown elements or, where there is none, of the argument
   * before them, which is not known any more either.
   */
  #blur(unknown: Fragment): void {
    const at = this.#fields.findLastIndex((field) => field.kind === 'word');
    const before = this.#fields[at];
    if (!before || before.fragments.at(-1)!.text === undefined) return;
    this.#fields[at] = { ...before, fragments: [...before.fragments, unknown] };
  }

  #push(fragment: Fragment, isOpen: boolean): void {
    const last = this.#fragments.at(-1);
    if (last?.apart) this.#blur(last);
    this.#fragments.push(fragment);
    this.#isOpen &&= isOpen;
  }

  #close(): void {
    if (this.#fragments.length === 0) return;
    const kind = this.#isOpen ? 'opening' : 'word';
    this.#fields.push({ kind, fragments: this.#fragments, word: this.#word });
    this.#fragments = [];
    this.#isOpen = true;
  }

  #split(fragment: Fragment): void {
    const { text } = fragment;
    if (fragment.apart) this.#close();
    const { pattern, isDefault } = this.#separators;
    if (text === undefined || (!isDefault && (!pattern || pattern.test(text)))) {
      this.#push(
        text === undefined ? fragment : { ...fragment, text: undefined, why: 'not-evaluated' },
        true,
      );
      return;
    }
    let at = 0;
    while (at < text.length) {
      const match = isDefault ? BLANKS.exec(text.slice(at)) : null;
      const end = match ? at + match.index : text.length;
      if (end > at) this.#push(part(fragment, at, end), false);
      if (!match) break;
      this.#close();
      at = end + match[0].length;
    }
  }
}

interface Separators {
  readonly isDefault: boolean;
  /** Finds a character at which a changed IFS splits; undefined where IFS is unknown. */
  readonly pattern?: RegExp;
}

/** A carriage return is no separator of the shell, but no script means one inside an argument. */
const BLANKS = /[ \t\n\r]+/;

const DEFAULT: Separators = { isDefault: true };

/** Where IFS was changed we do not split, we only tell apart what it cannot split from what it may. */
function separatorsOf(state: State): Separators {
  const binding = state.get('IFS');
  if (!binding || binding.kind === 'unset') return DEFAULT;
  if (binding.kind !== 'scalar') return { isDefault: false };
  const texts = binding.parts.map((held) => held.fragment.text);
  if (texts.includes(undefined)) return { isDefault: false };
  const characters = texts.join('');
  if (characters === ' \t\n') return DEFAULT;
  if (characters === '') return { isDefault: false, pattern: /(?!)/ };
  return { isDefault: false, pattern: new RegExp(`[${characters.replace(/[\\\]^-]/g, '\\$&')}]`) };
}

/** The value of an assignment: nothing is split, and a list becomes one text with blanks. */
export function scalarOf(expansions: readonly Expansion[]): Fragment[] {
  const out: Fragment[] = [];
  for (const [i, expansion] of expansions.entries()) {
    if (expansion.kind === 'opening') out.push({ ...expansion.fragment, apart: out.length > 0 });
    else if (expansion.kind === 'text') out.push(expansion.fragment);
    else {
      const next = expansions[i + 1];
      const near = out.at(-1) ?? (next?.kind === 'text' ? next.fragment : undefined);
      // Any number of unknown elements bring the blank between them and the others along.
      if (near && next?.kind !== 'opening' && !(out.length === 1 && expansions[0]?.kind === 'opening')) {
        out.push(computedFragment(' ', near.source, near.quoting === 'double', near.steps));
      }
    }
  }
  return out;
}

/** A value that is not known, in the place of a word. */
export const unknownExpansion = (
  why: NonNullable<Fragment['why']>,
  range: Fragment['source'],
  quoted: boolean,
): Expansion => ({ kind: 'text', fragment: unknownFragment(why, range, quoted), splits: !quoted });
