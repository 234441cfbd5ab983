import type { Document, Variant } from '../../dialects/document.ts';
import type { CommandLine } from '../../dialects/qemu/commandLine.ts';
import type { Guest } from '../../guest/guest.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { oncePer } from '../../values/oncePer.ts';
import type { Keeps } from './refactoring.ts';

/** Whether two documents agree in what a refactoring claims to keep, guest by guest and reading by reading. */
export function agree(before: Document, after: Document, keeps: Keeps): boolean {
  if (before.subjects.length !== after.subjects.length) return false;
  if (keeps === 'nothing') return true;
  return before.subjects.every(({ variants }, i) => {
    const others = after.subjects[i]!.variants;
    return (
      variants.length === others.length && variants.every((variant, k) => isKept(variant, others[k]!, keeps))
    );
  });
}

/** Arguments make the guest, so that it is compared only where they differ, or where there are none. */
function isKept(before: Variant, after: Variant, keeps: Keeps): boolean {
  if (before.dialect === 'qemu' && after.dialect === 'qemu') {
    if (argumentsText(before.line) === argumentsText(after.line)) return true;
    if (keeps === 'arguments') return false;
  }
  return guestText(before.guest) === guestText(after.guest);
}

/** The guest as a text: all that is known of it, and nothing of where that stands. */
const guestText = oncePer((guest: Guest): string => JSON.stringify(guest, leave));

/** What QEMU receives, and what stands before it, as a text. */
const argumentsText = oncePer(
  ({ command, binary, prefixes, options, strays, openings }: CommandLine): string =>
    JSON.stringify({
      binary,
      // A program that is not known is the same one as long as it is written in the same way.
      length: command.end - command.start,
      prefixes: prefixes.map(({ name, words }) => [name, ...words.map(({ text }) => text)]),
      options: options.map(({ word, argument }) => [word.text, argument?.text]),
      strays: strays.map(({ text }) => text),
      openings: openings.map(({ why }) => why),
    }),
);

/** Where a value stands, and how it came there. */
const PLACES: ReadonlySet<string> = new Set(['origin', 'owner', 'label', 'labels']);

function leave(key: string, value: unknown): unknown {
  if (PLACES.has(key)) return undefined;
  // A device has a slot too, which is a number.
  if (key === 'slot' && typeof value === 'object') return undefined;
  // Things may lead to each other in circles, if only by mistake: it is enough to say to which.
  if (isFound(value)) return { ...value, item: { kind: value.item.kind, id: value.item.id } };
  // Through how many places more may come does not matter, only that it may.
  if (key === 'openedBy') return (value as readonly unknown[]).length > 0;
  if (typeof value === 'bigint' || value instanceof IndexSet) return value.toString();
  if (value instanceof Map) return [...value];
  return isRange(value) ? undefined : value;
}

const isRange = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { start?: unknown }).start === 'number' &&
  typeof (value as { end?: unknown }).end === 'number';

const isFound = (
  value: unknown,
): value is { readonly item: { readonly kind?: string; readonly id?: unknown } } =>
  typeof value === 'object' && value !== null && 'state' in value && value.state === 'found';
