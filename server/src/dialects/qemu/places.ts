import { isKnown } from '../../guest/value.ts';
import type { TextEdit } from '../../text/edit.ts';
import type { Range } from '../../text/span.ts';
import { contains } from '../../text/span.ts';
import { CannotWrite } from '../change.ts';
import type { Option, Property } from './option.ts';
import { quote, type Word } from './word.ts';

/** Blanks or one line break (with its backslash) right before an offset: how options are kept apart here. */
function separatorBefore(text: string, offset: number): string {
  const line = text.slice(Math.max(0, offset - 400), offset);
  return /(?:[ \t]*\\?\r?\n[ \t]*|[ \t]+)$/.exec(line)?.[0] ?? '';
}

/** What to put between two options where the style offers nothing to copy (the first word of an array or string). */
const orBlank = (separator: string): string => (separator === '' ? ' ' : separator);

/** The variable in whose definition the whole word stands, e.g. an array; undefined for a word of the command itself. */
const homeOf = (word: Word): string | undefined => {
  const via = word.pieces[0]?.via[0];
  return via && contains(via.definition, word.range) ? via.name : undefined;
};

/** Refuses where the option stands in a definition that serves several places: an edit would reach them all. */
function demandOwn(option: Option): void {
  for (const word of option.argument ? [option.word, option.argument] : [option.word]) {
    const home = homeOf(word);
    const shared = word.pieces.some((piece) =>
      piece.via.some(
        (via) => contains(via.definition, word.range) && (via.uses !== 1 || via.loop !== undefined),
      ),
    );
    if (home !== undefined && shared)
      throw new CannotWrite('the option stands in a variable that is used more than once');
  }
  if (option.argument && homeOf(option.argument) !== homeOf(option.word)) {
    throw new CannotWrite('the option and its argument stand in different places');
  }
}

/** The quoting that a new argument needs beside this option. */
const quotingOf = (option: Option): 'bare' | 'single' | 'double' => {
  const piece = option.word.pieces[0];
  const inString = piece?.via.length && piece.quoting !== 'bare';
  return inString && (piece.quoting === 'single' || piece.quoting === 'double') ? piece.quoting : 'bare';
};

const spell = (option: Option, words: readonly string[]): string =>
  words.map((word) => quote(word, quotingOf(option))).join(' ');

/** New words before an option, kept apart as it is from what stands before it. @throws CannotWrite as demandOwn() does */
export function insertBefore(text: string, option: Option, words: readonly string[]): TextEdit {
  demandOwn(option);
  const { start } = option.range;
  const separator = orBlank(separatorBefore(text, start));
  return { range: { start, end: start }, newText: spell(option, words) + separator };
}

/** The same behind an option. @throws CannotWrite */
export function insertAfter(text: string, option: Option, words: readonly string[]): TextEdit {
  demandOwn(option);
  const separator = orBlank(separatorBefore(text, option.range.start));
  const { end } = option.range;
  return { range: { start: end, end }, newText: separator + spell(option, words) };
}

/** Removes an option with what keeps it apart from the one before. @throws CannotWrite */
export function removeOption(text: string, option: Option): TextEdit {
  demandOwn(option);
  const { start, end } = option.range;
  return { range: { start: start - separatorBefore(text, start).length, end }, newText: '' };
}

/** Cuts the option and pastes it behind another one, with the text as it stands. */
export function moveAfter(text: string, option: Option, after: Option): TextEdit[] {
  demandOwn(option);
  demandOwn(after);
  if (homeOf(option.word) !== homeOf(after.word)) {
    throw new CannotWrite('the options stand in different places');
  }
  const separator = orBlank(separatorBefore(text, option.range.start));
  const { start, end } = option.range;
  const target = after.range.end;
  return [
    removeOption(text, option),
    { range: { start: target, end: target }, newText: separator + text.slice(start, end) },
  ];
}

/** Adds a property at the end of the option's argument. */
export function appendProperty(option: Option, key: string, value: string): TextEdit {
  if (!option.json) return appendText(option, `${key}=${value.replaceAll(',', ',,')}`);
  const literal = /^-?\d+$/.test(value) ? value : JSON.stringify(value);
  return appendText(option, `${JSON.stringify(key)}:${literal}`);
}

/** Adds properties, written in the option's own grammar, at the end of its argument. */
export function appendText(option: Option, text: string): TextEdit {
  demandOwn(option);
  const { argument } = option;
  if (!argument) throw new CannotWrite('the option has no argument');
  const end = option.json ? argument.text.lastIndexOf('}') : argument.text.length;
  const at = end >= 0 ? argument.editable(end, end) : undefined;
  if (!at) throw new CannotWrite('the argument cannot be extended');
  const quoting = argument.pieces.at(-1)?.quoting ?? (option.json ? 'single' : 'bare');
  return { range: at, newText: quote(`,${text}`, quoting) };
}

/** Changes the last property of that key where it stands, or adds one. */
export function setProperty(option: Option, key: string, value: string): TextEdit {
  const property = option.find(key);
  if (!property) return appendProperty(option, key, value);
  if (!isKnown(property.value) || !property.value.slot) {
    throw new CannotWrite(`${key} comes from a place that others share`);
  }
  const { span, encode } = property.value.slot;
  return { range: span, newText: encode(value) };
}

/** Replaces all of `key=value` by another text in the option's own grammar. */
export function replaceProperty(option: Option, property: Property, newText: string): TextEdit {
  demandOwn(option);
  const range = option.argument?.editable(property.text.start, property.text.end);
  if (!range) throw new CannotWrite('the property comes from a place that others share');
  return { range, newText };
}

/** Removes `key=value` with the comma that joins it to the rest. */
export function removeProperty(option: Option, property: Property): TextEdit {
  demandOwn(option);
  const { start, end } = property.text;
  const text = option.argument?.text ?? '';
  const [from, to] = text[start - 1] === ',' ? [start - 1, end] : [start, text[end] === ',' ? end + 1 : end];
  const range = option.argument?.editable(from, to);
  if (!range) throw new CannotWrite('the property comes from a place that others share');
  return { range, newText: '' };
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Joins what a backslash failed to join: everything from there to the line of `next` becomes one continued line end. */
export function joinLines(text: string, backslash: number, next: number): TextEdit {
  return { range: { start: backslash, end: lineStart(text, next) }, newText: '\\\n' };
}

/** Cuts whole comment lines out of a continued command and pastes them above its first line. */
export function hoistComment(text: string, command: number, comment: Range, next: number): TextEdit[] {
  const from = lineStart(text, comment.start);
  const to = lineStart(text, next);
  const above = lineStart(text, command);
  const indent = /^[ \t]*/.exec(text.slice(above))![0];
  const lines = text
    .slice(from, to)
    .split('\n')
    .map((line) => line.trim());
  const pasted = lines.filter((line) => line !== '').map((line) => `${indent}${line}\n`);
  return [
    { range: { start: above, end: above }, newText: pasted.join('') },
    { range: { start: from, end: to }, newText: '' },
  ];
}
