import { adopt } from './adopt.ts';
import { GREATER } from './characters.ts';
import { type GrowingElement, giveBack, type Open } from './giveBack.ts';
import { meantFor } from './misspelt.ts';
import type { Scanner } from './scanner.ts';
import type { CloseTag } from './tags.ts';
import type { NeverInside } from './tree.ts';

/** The elements that are open at the scanner, and what a closing tag means to them. */
export class OpenElements {
  readonly #scanner: Scanner;
  readonly #neverInside: NeverInside;
  /** From the document node to the innermost. */
  readonly #stack: GrowingElement[];
  /** The outer ones of them with their layout, for which nobody asks before something is broken. */
  readonly #laidOut: Open[];
  /** Depths of those laid out by their names, so that a stray closing tag need not search the whole stack. */
  readonly #depths = new Map<string, number[]>();

  constructor(scanner: Scanner, neverInside: NeverInside, root: GrowingElement) {
    this.#scanner = scanner;
    this.#neverInside = neverInside;
    this.#stack = [root];
    this.#laidOut = [{ element: root, column: -1, indent: -1, border: -1 }];
  }

  get current(): GrowingElement {
    return this.#stack[this.#stack.length - 1]!;
  }

  isOpen(name: string): boolean {
    return this.#depthOf(name) > 0;
  }

  push(element: GrowingElement): void {
    this.#stack.push(element);
  }

  /**
   * Reads the closing tag at the scanner where it is the one that is due, whole and without a blank.
   * @returns false where it is another one, and was not read.
   */
  closeAsDue(): boolean {
    if (this.#stack.length === 1) return false;
    const { text, at } = this.#scanner;
    const name = this.current.name.text;
    const end = at + '</'.length + name.length;
    if (this.#scanner.code(end) !== GREATER || !text.startsWith(name, at + 2)) return false;
    this.#scanner.at = end + 1;
    this.#pop(at, end + 1);
    return true;
  }

  close(tag: CloseTag): void {
    const column = this.#scanner.column(tag.start);
    const named = this.#depthOf(tag.name.text);
    const depth = named || meantFor(this.#scanner, tag, column, this.#layout());
    if (depth === 0) {
      this.#scanner.report('close-without-open', tag.start, tag.end);
      if (tag.complete && column > this.#layout().at(-1)!.indent)
        adopt(this.#scanner, this.current, tag, column);
      return;
    }
    const place = tag.name.text === '' ? tag : tag.name;
    if (named === 0) this.#scanner.report('close-mismatch', place.start, place.end);
    this.#abandon(depth + 1, tag.start);
    this.#pop(tag.start, tag.end);
  }

  /** The text has ended: whatever is open was never closed. */
  finish(): void {
    this.#abandon(1, this.#scanner.end);
  }

  /** The innermost element has its closing tag. */
  #pop(start: number, end: number): void {
    const element = this.#stack.pop()!;
    element.endTagStart = start;
    element.end = end;
    if (this.#laidOut.length > this.#stack.length) this.#forget(this.#laidOut.pop()!);
  }

  /**
   * R2: a closing tag means the innermost open element of its name, and whatever is open within it was never
   * closed. Layout has no say here, so that a well-formed document is read right however it is indented.
   * @returns 0 where none is open.
   */
  #depthOf(name: string): number {
    this.#layout();
    return this.#depths.get(name)?.at(-1) ?? 0;
  }

  /** Takes all from a depth on as never closed; they end at an offset at the latest. */
  #abandon(depth: number, end: number): void {
    if (depth === this.#stack.length) return;
    this.#layout();
    const unclosed = this.#laidOut.splice(depth);
    this.#stack.length = depth;
    for (const open of unclosed) {
      const { element } = open;
      this.#forget(open);
      this.#scanner.report('element-not-closed', element.name.start, element.name.end);
      element.end = end;
    }
    giveBack(this.#scanner, this.#neverInside, this.current, unclosed);
  }

  /** All that are open. Lines are asked for in the order of the text, as what is laid out stands before all others. */
  #layout(): readonly Open[] {
    for (let depth = this.#laidOut.length; depth < this.#stack.length; depth++) {
      const element = this.#stack[depth]!;
      this.#laidOut.push(this.#layOut(element, depth));
      const depths = this.#depths.get(element.name.text);
      if (depths) depths.push(depth);
      else this.#depths.set(element.name.text, [depth]);
    }
    return this.#laidOut;
  }

  #layOut(element: GrowingElement, depth: number): Open {
    const parent = this.#laidOut[depth - 1]!;
    const column = this.#scanner.column(element.start);
    const { start, indent } = this.#scanner.lineAt(element.start);
    let border = indent > parent.indent ? indent : -1;
    // What follows an outermost element that is not indented is as often its content as its sibling.
    if (depth === 1) border = -1;
    else if (parent.element.start >= start) border = parent.border;
    return { element, column, indent, border };
  }

  #forget({ element }: Open): void {
    this.#depths.get(element.name.text)!.pop();
  }
}
