import type { TextEdit } from '../text/edit.ts';
import { CannotWrite, type Change } from './change.ts';
import type { Document, Variant } from './document.ts';
import { writeLibvirt } from './libvirt/write.ts';
import { writeQemu } from './qemu/write.ts';

/**
 * Turns changes of one guest into edits of the document, in the style of what stands around them.
 * @param variant undefined where the changes are of the text alone.
 * @throws CannotWrite where the text offers no place for a change.
 */
export function write(
  document: Document,
  variant: Variant | undefined,
  changes: readonly Change[],
): TextEdit[] {
  if (variant?.dialect === 'qemu') return writeQemu(document.text, variant, changes);
  if (variant?.dialect === 'libvirt') return writeLibvirt(document.text, variant, changes);
  return changes.map((change) => {
    if (change.op !== 'text') throw new CannotWrite('no guest to change');
    return { range: change.span, newText: change.newText };
  });
}
