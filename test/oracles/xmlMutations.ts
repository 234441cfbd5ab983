import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import { walk } from '../../server/src/syntax/xml/query.ts';
import type { XmlElement } from '../../server/src/syntax/xml/tree.ts';

/** Numbers from 0 to below 1, always the same for one seed (Mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type Mutation = (text: string, elements: readonly XmlElement[], pick: Pick) => readonly Edit[] | undefined;
type Pick = <T>(items: readonly T[]) => T | undefined;

/** What people do wrong in domain XML; each makes edits of one place, or nothing where there is none. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'misspelt element': (_, elements, pick) => {
    const element = pick(elements);
    if (!element) return undefined;
    const wrong = misspell(element.name.text, pick);
    const close = element.endTagStart;
    return [
      { ...element.name, text: wrong },
      ...(close === undefined
        ? []
        : [{ start: close + 2, end: close + 2 + element.name.text.length, text: wrong }]),
    ];
  },
  'misspelt attribute': (_, elements, pick) => {
    const attribute = pick(elements.flatMap((element) => element.attributes));
    return attribute && [{ ...attribute.name, text: misspell(attribute.name.text, pick) }];
  },
  'misspelt value': (_, elements, pick) => {
    const value = pick(elements.flatMap((element) => element.attributes))?.value;
    return value && [{ start: value.start, end: value.end, text: misspell(value.raw, pick) }];
  },
  'misspelt text': (_, elements, pick) => {
    const texts = elements.flatMap((element) =>
      element.children.filter((node) => node.kind === 'text' && node.raw.trim() !== ''),
    );
    const node = pick(texts);
    return node?.kind === 'text'
      ? [{ start: node.start, end: node.end, text: misspell(node.raw, pick) }]
      : undefined;
  },
  'removed element': (_, elements, pick) => {
    const element = pick(elements.slice(1));
    return element && [{ start: element.start, end: element.end, text: '' }];
  },
  'removed attribute': (_, elements, pick) => {
    const attribute = pick(elements.flatMap((element) => element.attributes));
    return attribute && [{ start: attribute.start, end: attribute.end, text: '' }];
  },
  'moved element': (text, elements, pick) => {
    const element = pick(elements.slice(1));
    const to = pick(elements.filter(({ endTagStart }) => endTagStart !== undefined));
    if (!element || !to || (to.start >= element.start && to.end <= element.end)) return undefined;
    const body = text.slice(element.start, element.end);
    return [
      { start: element.start, end: element.end, text: '' },
      { start: to.endTagStart!, end: to.endTagStart!, text: body },
    ];
  },
  'duplicated element': (text, elements, pick) => {
    const element = pick(elements.slice(1));
    return (
      element && [{ start: element.end, end: element.end, text: text.slice(element.start, element.end) }]
    );
  },
};

/** Leaves out, doubles or swaps a character; what is empty gets one. */
function misspell(word: string, pick: Pick): string {
  const at = pick([...word].map((_, i) => i)) ?? 0;
  const before = word.slice(0, at);
  const after = word.slice(at + 1);
  const how = pick(['left out', 'doubled', 'swapped', 'other']);
  if (how === 'left out' && word.length > 1) return before + after;
  if (how === 'doubled') return before + word[at] + word.slice(at);
  if (how === 'swapped' && after !== '') return before + after[0] + word[at] + after.slice(1);
  return `${before}q${after}`;
}

/** One mutation of a document; undefined where it offers no place, or where it would stay the same. */
export function mutate(text: string, kind: string, random: () => number): string | undefined {
  const elements = [...walk(parseXml(text))];
  const pick: Pick = (items) => items[Math.floor(random() * items.length)];
  const edits = MUTATIONS[kind]!(text, elements, pick);
  if (!edits) return undefined;
  const mutant = [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((rest, edit) => rest.slice(0, edit.start) + edit.text + rest.slice(edit.end), text);
  return mutant === text ? undefined : mutant;
}
