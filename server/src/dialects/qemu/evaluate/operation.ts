import { parseInteger } from '../../../syntax/shell/integer.ts';
import type { Operation, ShellWord } from '../../../syntax/shell/tree.ts';
import { literalText } from './builtinNames.ts';
import { ShellPattern } from './pattern.ts';

/** Cuts, replaces or changes the case of a text; undefined where the operands are not literal. */
export function applyOperation(text: string, operation: Operation): string | undefined {
  switch (operation.kind) {
    case 'remove':
      return ShellPattern.of(operation.pattern)?.strip(text, operation.from, operation.longest);
    case 'replace': {
      const by = literalText(operation.replacement);
      // In newer shells an unquoted `&` stands for the match.
      if (by === undefined || by.includes('&')) return undefined;
      return ShellPattern.of(operation.pattern)?.replace(text, operation.where, by);
    }
    case 'case': {
      const change = (part: string) => (operation.to === 'upper' ? part.toUpperCase() : part.toLowerCase());
      return operation.all ? change(text) : change(text.slice(0, 1)) + text.slice(1);
    }
    default:
      return undefined;
  }
}

/** `${X:offset:length}`, negative numbers counting from the end. */
export function sliced(
  text: string,
  { offset, length }: { offset: ShellWord; length?: ShellWord },
): string | undefined {
  const from = numberIn(offset);
  const count = length ? numberIn(length) : text.length;
  if (from === undefined || count === undefined) return undefined;
  const start = from < 0 ? text.length + from : from;
  if (start < 0 || start > text.length) return '';
  const end = count < 0 ? text.length + count : start + count;
  return end < start ? undefined : text.slice(start, end);
}

/** The number that a word spells, where it is nothing but one. */
export function numberIn(word: ShellWord): number | undefined {
  const text = literalText(word)?.trim() ?? '';
  const value = parseInteger(text.replace(/^-/, ''));
  return value === undefined ? undefined : Number(value) * (text.startsWith('-') ? -1 : 1);
}
