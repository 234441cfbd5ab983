import { mostSimilar } from '../../values/similar.ts';
import type { GrowingElement, Open } from './giveBack.ts';
import type { Scanner } from './scanner.ts';
import type { CloseTag } from './tags.ts';

/** How far out a misspelt closing tag reaches: a fixed number, so that stray ones stay linear. */
const REACH = 8;
/** Longer names than any real one are not compared: that costs the product of their lengths. */
const COMPARABLE = 64;

/**
 * R3: which open element is a closing tag meant for whose name is not open? One in the same column, which in an
 * indented text needs no likeness. Within a line, the innermost: where the names are alike, or where it holds no
 * other element, as in `<vcpu>4</vcp>` and `<vcpu>4</v` with the rest not yet typed.
 * @param stack the open elements from the document node to the innermost.
 * @returns its depth in the stack, 0 where the tag closes nothing.
 */
export function meantFor(scanner: Scanner, tag: CloseTag, column: number, stack: readonly Open[]): number {
  const top = stack.length - 1;
  if (top === 0) return 0;
  if (column < 0 || stack[top]!.column < 0)
    return meansInnermost(scanner, tag, stack[top]!.element) ? top : 0;
  if (!tag.complete) return 0;
  for (let depth = top; depth > 0 && depth > top - REACH; depth--) {
    const open = stack[depth]!;
    if (open.column < column) return 0;
    if (open.column > column) continue;
    return open.border >= 0 || areAlike(tag.name.text, open.element.name.text) ? depth : 0;
  }
  return 0;
}

function meansInnermost(scanner: Scanner, tag: CloseTag, element: GrowingElement): boolean {
  const written = tag.name.text;
  const name = element.name.text;
  if (!tag.complete) return name.startsWith(written) && hasOnlyText(element) && hasText(element);
  if (areAlike(written, name)) return true;
  return element.start >= scanner.lineAt(tag.start).start && hasOnlyText(element);
}

/** No element, and no remains of one: a `>` in a text is the end of a broken tag, to which the closing tag belongs. */
const hasOnlyText = (element: GrowingElement): boolean =>
  element.children.length <= REACH &&
  element.children.every((node) => node.kind === 'text' && !node.raw.includes('>'));

const hasText = (element: GrowingElement): boolean =>
  element.children.some((node) => node.kind === 'text' && node.raw.trim() !== '');

const areAlike = (written: string, name: string): boolean =>
  written !== '' &&
  (name.startsWith(written) ||
    written.startsWith(name) ||
    (Math.max(written.length, name.length) <= COMPARABLE && mostSimilar(written, [name]) !== undefined));
