import type { Change } from '../../dialects/change.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { spanOf } from '../../text/span.ts';

/** True for a host to listen on that stands for all interfaces; an empty one does, wherever QEMU takes one. */
export const isEveryInterface = (host: string): boolean => /^(0\.0\.0\.0|\[?::\]?)?$/.test(host);

/**
 * Writes 127.0.0.1 in the place of the host at [start, end) of an option's argument, which a colon stands before.
 * The rest of the argument need not be known, as in `tcp::$PORT`.
 * @returns nothing where the place serves others too.
 */
export function listenLocally({ argument, uri }: Option, start: number, end: number): Change[] {
  const range = argument?.editable(start - 1, end);
  return range ? [{ op: 'text', span: spanOf(uri, range), newText: ':127.0.0.1' }] : [];
}
