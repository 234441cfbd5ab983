import type { Document } from '../../dialects/document.ts';
import type { Completion, Purpose } from './completion.ts';
import { placeInArgument } from './qemu/argument.ts';
import { findCursor, type QemuCursor } from './qemu/cursor.ts';
import type { Site } from './qemu/draft.ts';
import { catalogueFor, nameOf } from './qemu/facts.ts';
import { completeHeads } from './qemu/heads.ts';
import { completeHostNames, completePrefix } from './qemu/hostNames.ts';
import { completeKeys } from './qemu/keys.ts';
import { completeOptions } from './qemu/options.ts';
import { completePatterns } from './qemu/patterns.ts';
import { completePlain } from './qemu/plain.ts';
import { completeValues, inForm } from './qemu/values.ts';

/**
 * What may be written on a QEMU command line.
 * @param text of the document
 * @param reading of the text with a mark at the offset
 * @param trigger the character that was just typed, where that is why we are asked
 */
export function completeQemu(
  text: string,
  reading: Document,
  mark: string,
  purpose: Purpose,
  trigger: string | undefined,
): Completion[] {
  const cursor = findCursor(reading, mark);
  if (!cursor) return [];
  if (cursor.prefix) return purpose.host ? completePrefix(purpose.host, cursor) : [];
  // After every option comes a blank: a list of all options would be in the way of whoever goes on to the next line.
  if (!cursor.option) return trigger === ' ' ? [] : completeOptionWord(text, cursor, purpose);
  return completeArgument(cursor, mark, purpose);
}

function completeOptionWord(text: string, cursor: QemuCursor, { target }: Purpose): Completion[] {
  const range = cursor.place(0, cursor.text.length);
  const isOption = cursor.text === '' || cursor.text.startsWith('-');
  if (!range || !isOption) return [];
  const site: Site = { range, quoting: cursor.quoting };
  const catalogue = catalogueFor(cursor, target);
  return [
    ...completePatterns(text, cursor, site),
    ...(catalogue ? completeOptions(text, cursor, site, catalogue) : []),
  ];
}

function completeArgument(cursor: QemuCursor, mark: string, { target, host }: Purpose): Completion[] {
  const { option, quoting, text, at } = cursor;
  if (!option) return [];
  const name = nameOf(option);
  const { shape } = option;
  if (typeof shape !== 'object') {
    const range = cursor.place(0, text.length);
    return range ? completePlain(cursor, name, { range, quoting }, mark) : [];
  }
  const place = placeInArgument(text, at, shape.implied);
  const range = place && cursor.place(place.start, place.end);
  if (!range) return [];
  const site: Site = { range, quoting };
  const catalogue = catalogueFor(cursor, target);
  if (place.role === 'value') {
    const wrap = (value: string): string => inForm(value, place);
    const ofHost = host && completeHostNames(host, cursor, option, place, site, wrap);
    return ofHost ?? completeValues(catalogue, cursor, option, place, site, mark);
  }
  const keys = (): Completion[] => completeKeys(catalogue, cursor, option, place, site);
  if (place.role === 'key') return keys();
  const heads = catalogue ? completeHeads(catalogue, name, site, (head) => inForm(head, place)) : [];
  // The first value may have its key as well, and of some options it is no name at all: `-smp 4`.
  if (heads.length > 0 && name !== 'machine') return heads;
  return [...heads, ...completeValues(catalogue, cursor, option, place, site, mark), ...keys()];
}
