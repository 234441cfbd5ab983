import type { Guest } from './guest.ts';

/** What `derive` makes of a guest, worked out at the first question. Guests never change, so the answer stays right. */
export function oncePerGuest<T>(derive: (guest: Guest) => T): (guest: Guest) => T {
  const known = new WeakMap<Guest, { readonly answer: T }>();
  return (guest) => {
    const before = known.get(guest);
    if (before) return before.answer;
    const answer = derive(guest);
    known.set(guest, { answer });
    return answer;
  };
}
