import type { Document, QemuVariant } from '../../../dialects/document.ts';
import type { CommandLine } from '../../../dialects/qemu/commandLine.ts';
import type { Option } from '../../../dialects/qemu/option.ts';
import type { Piece, Quoting, Word } from '../../../dialects/qemu/word.ts';
import type { Range } from '../../../text/span.ts';

/** Where on a command line an offset is. */
export interface QemuCursor {
  readonly line: CommandLine;
  /** The same command on all paths through the script. */
  readonly lines: readonly CommandLine[];
  /** The reading of the guest, which is made into one where somebody asks. */
  readonly reading: QemuVariant;
  /** The option whose argument holds the offset; undefined where an option is to be written. */
  readonly option: Option | undefined;
  /** The command in front of QEMU whose word holds the offset, and the word before that one. */
  readonly prefix: { readonly name: string; readonly before: string | undefined } | undefined;
  /** The word that holds the offset, as the program receives it. */
  readonly text: string;
  /** The offset in `text`. */
  readonly at: number;
  readonly quoting: Quoting;
  /** The characters stand in the value of a variable, such as a list of arguments. */
  readonly inVariable: boolean;
  /** Where [start, end) of `text` stands in the document; undefined where that is not one run of plain characters. */
  place(start: number, end: number): Range | undefined;
}

/**
 * Finds the word that holds a mark.
 * @param document the reading of a text with the mark in it
 */
export function findCursor(document: Document, mark: string): QemuCursor | undefined {
  for (const { variants } of document.subjects) {
    const readings = variants.flatMap((variant) => {
      const reading = variant.dialect === 'qemu' ? variant : variant.passed;
      return reading ? [reading] : [];
    });
    const lines = readings.map(({ line }) => line);
    for (const reading of readings) {
      const found = wordWith(reading.line, mark);
      const piece = found?.word.pieces.find(({ text }) => text?.includes(mark));
      if (found && piece?.exact) return cursorOf(reading, lines, found, piece, mark);
    }
  }
  return undefined;
}

interface Holder {
  readonly word: Word;
  readonly option: Option | undefined;
  readonly prefix?: QemuCursor['prefix'];
}

function wordWith(line: CommandLine, mark: string): Holder | undefined {
  for (const option of line.options) {
    const { word, argument } = option;
    if (word.text.includes(mark)) return { word, option: undefined };
    if (!argument?.text.includes(mark)) continue;
    // `-device` with nothing behind it, and then the next option: QEMU would take that for the device.
    const takesAny = option.shape === 'plain' || option.shape === undefined;
    const isOption = argument.text.startsWith('-') && !takesAny;
    return { word: argument, option: isOption ? undefined : option };
  }
  for (const { name, words } of line.prefixes) {
    const at = words.findIndex(({ text }) => text.includes(mark));
    if (at < 0) continue;
    return { word: words[at]!, option: undefined, prefix: { name, before: words[at - 1]?.text } };
  }
  const stray = line.strays.find((word) => word.text.includes(mark));
  return stray && { word: stray, option: undefined };
}

function cursorOf(
  reading: QemuVariant,
  lines: readonly CommandLine[],
  { word, option, prefix }: Holder,
  piece: Piece,
  mark: string,
): QemuCursor {
  const at = word.text.indexOf(mark);
  const first = at - piece.text!.indexOf(mark);
  const last = first + piece.text!.length - mark.length;
  return {
    line: reading.line,
    lines,
    reading,
    option,
    prefix,
    text: word.text.replace(mark, ''),
    at,
    quoting: piece.quoting,
    inVariable: piece.via.length > 0,
    place(start, end) {
      if (start < first || end > last || start > at || end < at) return undefined;
      // The mark is no part of the document, and it stands between the two.
      const offset = piece.source.start - first;
      return { start: offset + start, end: offset + end };
    },
  };
}
