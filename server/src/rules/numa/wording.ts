import { isOpen } from '../../guest/collection.ts';
import type { DialectId, Guest } from '../../guest/guest.ts';
import type { IndexSet } from '../../values/indexSet.ts';

/** `vCPU 2`, `vCPUs 2-3`. */
export const vcpus = (set: IndexSet): string => `${set.size === 1 ? 'vCPU' : 'vCPUs'} ${set}`;

/** `1 socket`, `2 sockets`. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** `0`, `0 and 1`, `0, 1 and 2`. */
export const listed = (items: readonly (string | number)[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Ends a sentence; a refusal that is quoted with a full stop of its own has ended it already. */
export const stop = (sentence: string): string => (sentence.endsWith('."') ? sentence : `${sentence}.`);

/** Whose words to quote about nodes; undefined for a domain whose nodes may come from elsewhere than its cells. */
export const refuser = (guest: Guest): DialectId | undefined =>
  guest.dialect === 'libvirt' && isOpen(guest.nodes) ? undefined : guest.dialect;

/** What to say where nobody can be quoted. */
export const WILL_NOT_START = 'the guest will not start';
