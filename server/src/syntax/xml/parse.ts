import { isNameStart, LESS, SLASH } from './characters.ts';
import { readMarkup, readText } from './content.ts';
import type { GrowingElement } from './giveBack.ts';
import { OpenElements } from './openElements.ts';
import { Scanner } from './scanner.ts';
import { readCloseTag, readStartTag } from './tags.ts';
import type { NeverInside, XmlName, XmlTree } from './tree.ts';

const anywhere: NeverInside = () => false;

/**
 * Reads any text as XML, in time linear in its length and without recursion; never throws. In a well-formed
 * document the tree is that of every XML parser. In a broken one, which most states of a text being typed are,
 * the rules are:
 *
 * - R1 Layout is evidence, and so is `neverInside`: an unclosed element gives back what was not meant for it
 *   (giveBack.ts).
 * - R2 A closing tag that names an open element closes everything within it (openElements.ts); R3 one that names none may be
 *   misspelt (misspelt.ts), or its start tag may be gone: R8 (adopt.ts). Otherwise it closes nothing.
 * - R4 An open quote ends before the next `<`, with its line, at the tag's `>`, or where the next attribute
 *   starts (attributes.ts).
 * - R5 A `<` within a start tag ends the tag; see `holdsWhatFollows`.
 * - R6 An unclosed comment or processing instruction ends with its line, an unclosed CDATA section before the
 *   closing tag of its element (content.ts).
 * - R7 Quotes and angle brackets that XML does not allow are no mistakes in a template block, such as `{{ … }}`,
 *   `{% … %}` or `<% … %>` (templates.ts).
 */
export function parseXml(text: string, neverInside: NeverInside = anywhere): XmlTree {
  const scanner = new Scanner(text);
  const root = elementOf({ text: '', start: 0, end: 0 }, undefined, 0);
  root.end = text.length;
  const open = new OpenElements(scanner, neverInside, root);
  while (scanner.at < scanner.end) {
    const parent = open.current;
    const run = readText(scanner, parent);
    if (run) parent.children.push(run);
    if (scanner.at === scanner.end) break;
    const next = scanner.code(scanner.at + 1);
    if (next === SLASH) {
      if (!open.closeAsDue()) open.close(readCloseTag(scanner));
    } else if (isNameStart(next)) {
      const name = scanner.nameAt(scanner.at + 1);
      const element = elementOf(name, parent, scanner.at);
      scanner.at = name.end;
      const ending = readStartTag(scanner, element);
      parent.children.push(element);
      if (ending === 'open' || (ending === 'cut' && holdsWhatFollows(scanner, element, open, neverInside)))
        open.push(element);
    } else {
      parent.children.push(readMarkup(scanner, parent));
    }
  }
  open.finish();
  return { root, problems: scanner.problems.sort((a, b) => a.start - b.start || a.end - b.end) };
}

const elementOf = (name: XmlName, parent: GrowingElement | undefined, start: number): GrowingElement => ({
  kind: 'element',
  name,
  attributes: [],
  children: [],
  parent,
  start,
  end: start,
  startTagEnd: start,
  selfClosing: false,
  openTag: false,
  endTagStart: undefined,
});

/**
 * R5: a start tag was cut by the `<` at the scanner. Does what follows belong into it? A closing tag does that names
 * it or nothing open, and so does what its parent can never hold and what is indented deeper; without layout,
 * anything that follows an outermost element. Otherwise it is an empty element.
 */
function holdsWhatFollows(
  scanner: Scanner,
  element: GrowingElement,
  open: OpenElements,
  neverInside: NeverInside,
): boolean {
  if (scanner.code(scanner.at) !== LESS) return false;
  const name = element.name.text;
  const parent = open.current;
  if (scanner.code(scanner.at + 1) === SLASH) {
    const close = scanner.nameAt(scanner.at + 2).text;
    return close === name || (close !== '' && !open.isOpen(close));
  }
  const next = scanner.nameAt(scanner.at + 1).text;
  if (neverInside(next, name)) return false;
  if (neverInside(next, parent.name.text)) return true;
  const column = scanner.column(element.start);
  const nextColumn = scanner.column(scanner.at);
  if (column >= 0 && nextColumn >= 0) return nextColumn > column;
  return parent.parent === undefined;
}
