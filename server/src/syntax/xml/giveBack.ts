import type { Scanner } from './scanner.ts';
import type { NeverInside, XmlAttribute, XmlElement, XmlNode } from './tree.ts';

/** An element while the text behind it may still change its end and its children. */
export type GrowingElement = {
  -readonly [K in keyof Omit<XmlElement, 'attributes' | 'children'>]: XmlElement[K];
} & {
  readonly attributes: XmlAttribute[];
  children: XmlNode[];
};

export interface Open {
  readonly element: GrowingElement;
  /** Column of its start tag, -1 where it is not the first on its line. */
  readonly column: number;
  /** Indentation of its line. */
  readonly indent: number;
  /**
   * What starts a line at or left of this column is not inside it. -1 where the layout says nothing: the element
   * is not indented deeper than its parent.
   */
  readonly border: number;
}

/** How far out a place is looked for: a fixed number, so that deep nests stay linear. */
const REACH = 8;

/**
 * R1: an element that was never closed has swallowed the siblings behind it. From the first child on that starts a
 * line at or left of the element, or that can never be inside it, its children go back to its parent.
 *
 * The unclosed elements hold each other, each as the last child. All their children are dealt out once, in the
 * order of the text, to the innermost element that still wants them: however deep the nest, each is moved once.
 * @param parent closed, and holds the first of `unclosed` as its last child.
 * @param unclosed from the outermost to the innermost.
 */
export function giveBack(
  scanner: Scanner,
  neverInside: NeverInside,
  parent: GrowingElement,
  unclosed: readonly Open[],
): void {
  const taking: Open[] = [];
  const never = (name: string, depth: number): boolean =>
    neverInside(name, (depth < 0 ? parent : taking[depth]!.element).name.text);

  /** Layout errs where no element further out can hold the child either. */
  const fitsFurtherOut = (name: string): boolean => {
    const depth = taking.length - 2;
    for (let i = depth; i >= -1 && i > depth - REACH; i--) if (!never(name, i)) return true;
    return depth - REACH >= -1;
  };
  const leaves = (child: XmlNode): boolean => {
    if (child.kind === 'text' || child.kind === 'cdata') return false;
    const name = child.kind === 'element' ? child.name.text : '';
    if (never(name, taking.length - 1)) return true;
    const { border } = taking.at(-1)!;
    if (border < 0) return false;
    const column = scanner.column(child.start);
    return column >= 0 && column <= border && fitsFurtherOut(name);
  };

  for (const open of unclosed) {
    taking.push(open);
    const children = open.element.children;
    open.element.children = [];
    for (const child of children) {
      while (taking.length > 0 && leaves(child)) taking.pop()!.element.end = child.start;
      const holder = taking.at(-1)?.element ?? parent;
      (child as { parent: XmlElement }).parent = holder;
      holder.children.push(child);
    }
  }
}
