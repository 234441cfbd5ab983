import type { Range } from '../../text/span.ts';
import type { CommandLine } from './commandLine.ts';
import type { Piece, Via, Word } from './word.ts';

/**
 * A text that two command lines have in common if, and only if, nothing tells them apart but where they stand in their
 * documents, together with the variables that they use. What is found in one is found in the other. Only a line of which an
 * option was forgotten in the meantime (see optionText) is taken for another one.
 */
export function sameness(line: CommandLine): string {
  const spell = new Speller(line.command.start);
  let text = `${said(line.binary)}${line.assumed ? '?' : '!'}${spell.range(line.span)}`;
  for (const { text: option, word, argument } of line.options) {
    text += `${option.serial} ${spell.place(word)}${argument ? spell.place(argument) : '.'}`;
  }
  text += 'strays';
  for (const word of line.strays) text += spell.word(word);
  for (const { span, why } of line.openings) text += `opening${spell.range(span)}${said(why)}`;
  for (const { name, words } of line.prefixes) {
    text += `prefix${said(name)}`;
    for (const word of words) text += spell.word(word);
  }
  for (const { kind, range, lost, lostOptions } of line.brokenContinuations) {
    text += `${kind}${spell.range(range)}${spell.range(lost)}${lostOptions} `;
  }
  return text;
}

/** With its length before it: nothing in it can be taken for what follows. */
const said = (text: string): string => `${text.length}:${text}`;

/** Spells where the parts of a command line stand, so that two that differ are spelt differently. */
class Speller {
  /** The end of the last place, from which the next one is counted: most numbers have few digits then. */
  #at: number;
  /** All arguments of a list come through the same variables. */
  #lastVia: Via | undefined;

  constructor(start: number) {
    this.#at = start;
  }

  range({ start, end }: Range): string {
    const text = `${start - this.#at} ${end - start} `;
    this.#at = end;
    return text;
  }

  word(word: Word): string {
    return said(word.text) + this.place(word);
  }

  /** All of a word but its characters. */
  place({ range, pieces }: Word): string {
    let text = this.range(range);
    for (const piece of pieces) text += this.#piece(piece, range);
    return `${text}\n`;
  }

  #piece({ at, text, why, quoting, exact, via }: Piece, word: Range): string {
    const place = at.start === word.start && at.end === word.end ? '' : this.range(at);
    let spelt = `${exact ? '|' : '/'}${place}${quoting}${text === undefined ? `?${why}` : text.length}`;
    for (const each of via) spelt += this.#via(each);
    return spelt;
  }

  #via(via: Via): string {
    const { name, uses, loop } = via;
    const last = this.#lastVia;
    this.#lastVia = via;
    const isSame = last?.name === name && last.uses === uses && last.loop === loop;
    return isSame ? '<' : `<${name} ${uses} ${loop ?? ''}`;
  }
}
