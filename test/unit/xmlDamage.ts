import { walk } from '../../server/src/syntax/xml/query.ts';
import type { XmlElement, XmlTree } from '../../server/src/syntax/xml/tree.ts';
import { type Range, sliceOf } from '../../server/src/text/span.ts';

/** A text with a piece replaced, as while typing. */
export interface Damage extends Range {
  readonly insert: string;
}

export const apply = (text: string, { start, end, insert }: Damage): string =>
  text.slice(0, start) + insert + text.slice(end);

/** Repeatable numbers in [0, 1) (mulberry32), so that a failing state is met again. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Elements on their way to be typed, in a document whose indentation is kept. */
const HALF_TYPED = [
  '<',
  '<dis',
  "<disk type='fi",
  "<disk type='file'",
  "<disk type='file'>",
  "<alias name='",
  '</',
  '</d',
];

/** One state of a document being typed: characters gone, a tag half there, a new one begun, or the end missing. */
export function damageOf(text: string, tree: XmlTree, random: () => number): Damage {
  const below = (limit: number): number => Math.floor(random() * limit);
  const elements = [...walk(tree)];
  const element = elements[below(elements.length)]!;
  const kind = random();
  if (kind < 0.4) {
    const start = below(text.length);
    return { start, end: Math.min(text.length, start + 1 + below(3)), insert: '' };
  }
  if (kind < 0.65) {
    const start = element.start + 1 + below(element.startTagEnd - element.start - 1);
    return { start, end: element.startTagEnd, insert: '' };
  }
  if (kind < 0.75 && element.endTagStart !== undefined) {
    return {
      start: element.endTagStart + below(element.end - element.endTagStart),
      end: element.end,
      insert: '',
    };
  }
  if (kind < 0.9) {
    const indent = sliceOf(text, { start: text.lastIndexOf('\n', element.start) + 1, end: element.start });
    const insert = HALF_TYPED[below(HALF_TYPED.length)]! + (indent.trim() === '' ? `\n${indent}` : '');
    return { start: element.start, end: element.start, insert };
  }
  return { start: below(text.length), end: text.length, insert: '' };
}

const touched = ({ start, end }: Damage, range: Range): boolean =>
  start === end ? range.start < start && start < range.end : start < range.end && range.start < end;

/** Do both tags of an element stand outside the damage? */
function whole(element: XmlElement, damage: Damage): boolean {
  if (touched(damage, { start: element.start, end: element.startTagEnd })) return false;
  return (
    element.endTagStart === undefined || !touched(damage, { start: element.endTagStart, end: element.end })
  );
}

/** How many elements the damage left whole, and how many of them still stand at the same path as before. */
export function keptPaths(before: XmlTree, damage: Damage, after: XmlTree): { others: number; kept: number } {
  const shift = damage.insert.length - (damage.end - damage.start);
  const byStart = new Map<number, XmlElement>();
  for (const element of walk(after)) byStart.set(element.start, element);
  let others = 0;
  let kept = 0;
  for (const element of walk(before)) {
    if (!whole(element, damage)) continue;
    others++;
    const found = byStart.get(element.start < damage.end ? element.start : element.start + shift);
    if (found && samePath(element, found, damage)) kept++;
  }
  return { others, kept };
}

/** The same names from the document down, not asking for that of an element whose own tags are damaged. */
function samePath(before: XmlElement, after: XmlElement, damage: Damage): boolean {
  let a: XmlElement | undefined = before;
  let b: XmlElement | undefined = after;
  for (; a && b; a = a.parent, b = b.parent) {
    if (a.name.text !== b.name.text && whole(a, damage)) return false;
  }
  return a === b;
}
