import { adopt } from './adopt.ts';
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
  readonly #stack: Open[];
  /** Depths of the open elements of a name, so that a stray closing tag need not search the whole stack. */
  readonly #depths = new Map<string, number[]>();

  constructor(scanner: Scanner, neverInside: NeverInside, root: GrowingElement) {
    this.#scanner = scanner;
    this.#neverInside = neverInside;
    this.#stack = [{ element: root, column: -1, indent: -1, border: -1 }];
  }

  get current(): GrowingElement {
    return this.#stack.at(-1)!.element;
  }

  isOpen(name: string): boolean {
    return this.#depthOf(name) > 0;
  }

  push(element: GrowingElement): void {
    const name = element.name.text;
    const depths = this.#depths.get(name);
    if (depths) depths.push(this.#stack.length);
    else this.#depths.set(name, [this.#stack.length]);
    const parent = this.#stack.at(-1)!;
    const column = this.#scanner.column(element.start);
    const { start, indent } = this.#scanner.lineAt(element.start);
    let border = indent > parent.indent ? indent : -1;
    // What follows an outermost element that is not indented is as often its content as its sibling.
    if (this.#stack.length === 1) border = -1;
    else if (parent.element.start >= start) border = parent.border;
    this.#stack.push({ element, column, indent, border });
  }

  close(tag: CloseTag): void {
    const column = this.#scanner.column(tag.start);
    const named = this.#depthOf(tag.name.text);
    const depth = named || meantFor(this.#scanner, tag, column, this.#stack);
    if (depth === 0) {
      this.#scanner.report('close-without-open', tag.start, tag.end);
      if (tag.complete && column > this.#stack.at(-1)!.indent)
        adopt(this.#scanner, this.current, tag, column);
      return;
    }
    const place = tag.name.text === '' ? tag : tag.name;
    if (named === 0) this.#scanner.report('close-mismatch', place.start, place.end);
    this.#abandon(depth + 1, tag.start);
    const { element } = this.#stack.pop()!;
    this.#depths.get(element.name.text)!.pop();
    element.endTagStart = tag.start;
    element.end = tag.end;
  }

  /** The text has ended: whatever is open was never closed. */
  finish(): void {
    this.#abandon(1, this.#scanner.end);
  }

  /**
   * R2: a closing tag means the innermost open element of its name, and whatever is open within it was never
   * closed. Layout has no say here, so that a well-formed document is read right however it is indented.
   * @returns 0 where none is open.
   */
  #depthOf(name: string): number {
    return this.#depths.get(name)?.at(-1) ?? 0;
  }

  /** Takes all from a depth on as never closed; they end at an offset at the latest. */
  #abandon(depth: number, end: number): void {
    const unclosed = this.#stack.splice(depth);
    for (const { element } of unclosed) {
      this.#depths.get(element.name.text)!.pop();
      this.#scanner.report('element-not-closed', element.name.start, element.name.end);
      element.end = end;
    }
    giveBack(this.#scanner, this.#neverInside, this.current, unclosed);
  }
}
