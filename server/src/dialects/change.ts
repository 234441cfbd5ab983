import type { ModelChange } from '../guest/change.ts';
import type { Span } from '../text/span.ts';
import type { LibvirtChange } from './libvirt/change.ts';
import type { QemuChange } from './qemu/change.ts';

/** A change of the text itself, where the text and not the guest is at fault. */
export type TextChange =
  | { readonly op: 'text'; readonly span: Span; readonly newText: string }
  /** Ends every line with a plain newline. An editor keeps one line ending per buffer, so this is a matter of the whole file. */
  | { readonly op: 'line-feed' };

export type Change = ModelChange | QemuChange | LibvirtChange | TextChange;

/**
 * Thrown by a writer where the text offers no place for a change: a value that comes from a variable used twice,
 * an option that a loop repeats. The fix is then not offered.
 */
export class CannotWrite extends Error {
  override readonly name = 'CannotWrite';
}
