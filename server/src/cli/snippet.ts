import { harmless } from '../text/harmless.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import type { Range } from '../text/span.ts';
import type { Style } from './style.ts';

const TAB = 4;

/** Terminal cells of a snippet's line, without the gutter. Wider lines are cut around the range. */
const WIDTH = 110;

/** Cells shown before the range where a line is cut. */
const LEAD = 30;

/** Characters looked at on either side of a range's start: a line may be a megabyte long. */
const REACH = 1000;

/** One character as the terminal shows it. */
interface Cell {
  readonly shown: string;
  readonly width: number;
  readonly marked: boolean;
}

/**
 * Shows the first line of a range with a mark under its characters:
 *
 *     4 |   <cell id='1' cpus='0-1'/>
 *       |                      ^^^
 *
 * @param paint colours the mark.
 */
export function snippet(
  text: string,
  lines: LineIndex,
  range: Range,
  style: Style,
  paint: (text: string) => string,
): string {
  const { line } = lines.positionAt(range.start);
  const cells = fit(cellsOf(text, lines, line, range));
  const number = String(line + 1);
  const blank = ' '.repeat(number.length);
  const source = cells
    .map((cell) => cell.shown)
    .join('')
    .trimEnd();
  const before = cells.findIndex((cell) => cell.marked);
  const width = (part: readonly Cell[]): number => part.reduce((sum, cell) => sum + cell.width, 0);
  const indent = ' '.repeat(width(cells.slice(0, before)));
  const mark = paint('^'.repeat(Math.max(1, width(cells.filter((cell) => cell.marked)))));
  return `  ${style.faint(`${number} |`)} ${source}\n  ${style.faint(`${blank} |`)} ${indent}${mark}\n`;
}

/** The cells of a line. At least one is marked: an empty range is where something is missing. */
function cellsOf(text: string, lines: LineIndex, line: number, range: Range): Cell[] {
  const start = lines.lineStart(line);
  const whole = text.slice(start, lines.lineStart(line + 1)).replace(/\n$/, '');
  // The \r of a line's end is shown only where it is what the finding is about.
  const end = start + whole.replace(/\r$/, '').length;
  const last = range.end > end ? start + whole.length : end;
  const cells: Cell[] = [];
  let at = Math.max(start, range.start - REACH);
  let column = 0;
  for (const character of text.slice(at, Math.min(last, range.start + REACH))) {
    const width = character === '\t' ? TAB - (column % TAB) : cellWidth(character);
    const shown = character === '\t' ? ' '.repeat(width) : harmless(character);
    const marked = at + character.length > range.start && at < Math.max(range.end, range.start + 1);
    cells.push({ shown, width, marked });
    at += character.length;
    column += width;
  }
  if (!cells.some((cell) => cell.marked)) cells.push({ shown: ' ', width: 1, marked: true });
  return cells;
}

/** Leaves out cells on either side of the marked ones where the line is too wide. */
function fit(cells: Cell[]): Cell[] {
  const at = (index: number): number => cells[index]!.width;
  const marked = cells.findIndex((cell) => cell.marked);
  let first = marked;
  let end = marked;
  let width = 0;
  for (; first > 0 && width < LEAD; first--) width += at(first - 1);
  for (; end < cells.length && width < WIDTH; end++) width += at(end);
  // Where the line ends early there is room to show more of what stands before.
  for (; first > 0 && width < WIDTH; first--) width += at(first - 1);
  const dots: Cell = { shown: '…', width: 1, marked: false };
  return [...(first > 0 ? [dots] : []), ...cells.slice(first, end), ...(end < cells.length ? [dots] : [])];
}

/** How many cells a terminal gives a character: none to combining marks, two to East Asian wide ones and emoji. */
function cellWidth(character: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character))
    return /[\u202a-\u202e\u2066-\u2069]/.test(character) ? 1 : 0;
  return /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u.test(
    character,
  )
    ? 2
    : 1;
}
