import type { Document, QemuVariant, Subject } from '../../../dialects/document.ts';
import { type CommandLine, namedOptions } from '../../../dialects/qemu/commandLine.ts';
import { lowered } from '../../../dialects/qemu/document.ts';
import { Option } from '../../../dialects/qemu/option.ts';
import { type Piece, Word } from '../../../dialects/qemu/word.ts';
import type { Range } from '../../../text/span.ts';

/**
 * The reading that a text would have with a mark at an offset, made from the reading that it has: where the offset is inside of
 * an option or its argument, the mark changes nothing else. It holds only the commands with the mark.
 * @returns undefined elsewhere; there the text has to be read with the mark in it
 */
export function markedReading(document: Document, offset: number, mark: string): Document | undefined {
  const subjects: Subject[] = [];
  const place = new Place(offset, mark);
  for (const { variants } of document.subjects) {
    const marked = variants.map((variant) => (variant.dialect === 'qemu' ? place.mark(variant) : variant));
    if (marked.some((variant, i) => variant !== variants[i])) subjects.push({ variants: marked });
  }
  return subjects.length > 0 && place.isCertain ? { ...document, subjects } : undefined;
}

/** Characters of which a template may make something else, together with those of the mark. */
const OF_TEMPLATES = /[@%{}]|__/;

class Place {
  readonly #offset: number;
  readonly #mark: string;
  /** Where the piece starts that holds the offset: the same one for all words that it comes to. */
  #start: number | undefined;
  isCertain = true;

  constructor(offset: number, mark: string) {
    this.#offset = offset;
    this.#mark = mark;
  }

  /** The variant with the mark in its arguments; the very same one where none of them holds the offset. */
  mark(variant: QemuVariant): QemuVariant {
    const { line } = variant;
    if (otherWords(line).some((word) => this.#isIn(word))) this.isCertain = false;
    const options = line.options.map((option) => this.#option(option));
    if (options.every((option, i) => option === line.options[i])) return variant;
    return lowered({ ...line, options, named: namedOptions(options) });
  }

  #option(option: Option): Option {
    const { word, argument } = option;
    if (this.#isIn(word)) return new Option(this.#name(option), argument);
    if (!argument || !this.#isIn(argument)) return option;
    const marked = this.#word(argument);
    // A dash with a letter behind it is an option.
    if (isDashed(argument) && !isAlike(argument, marked)) this.isCertain = false;
    return new Option(word, marked);
  }

  /** With another name it is an option of which nothing is known, and takes what is not called like an option. */
  #name({ word, argument, shape, name }: Option): Word {
    const marked = this.#word(word);
    const takesTheSame = argument ? shape !== 'flag' && !isDashed(argument) : false;
    if (!takesTheSame || !isDashed(marked) || name === 'set' || name === 'readconfig') this.isCertain = false;
    return marked;
  }

  #word(word: Word): Word {
    if (OF_TEMPLATES.test(word.text)) this.isCertain = false;
    const pieces = word.pieces.map((piece) => this.#piece(piece));
    return new Word(word.uri, word.range, pieces);
  }

  #isIn({ pieces }: Word): boolean {
    return pieces.some((piece) => this.#touches(piece));
  }

  #piece(piece: Piece): Piece {
    if (!this.#touches(piece)) return piece;
    const { source, text, exact } = piece;
    // Between two pieces only the shell knows to which of them the mark belongs, and in `$NAME` there are none of its characters.
    const isOnly = this.#start === undefined || this.#start === source.start;
    if (!exact || text === undefined || !isOnly || !isInside(source, this.#offset)) {
      this.isCertain = false;
      return piece;
    }
    this.#start = source.start;
    const at = this.#offset - source.start;
    return { ...piece, text: text.slice(0, at) + this.#mark + text.slice(at) };
  }

  #touches({ source, at }: Piece): boolean {
    return isInside(source, this.#offset) || isInside(at, this.#offset);
  }
}

const isDashed = ({ text }: Word): boolean => text.startsWith('-');

const isAlike = (before: Word, after: Word): boolean => before.text.slice(0, 2) === after.text.slice(0, 2);

const isInside = ({ start, end }: Range, offset: number): boolean => start <= offset && offset <= end;

/** The words of a command that are neither options nor their arguments. */
const otherWords = (line: CommandLine): readonly Word[] => [
  ...line.strays,
  ...line.prefixes.flatMap(({ words }) => words),
];
