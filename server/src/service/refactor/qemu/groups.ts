import type { CommandLine } from '../../../dialects/qemu/commandLine.ts';
import type { ShellWord } from '../../../syntax/shell/tree.ts';
import type { TextEdit } from '../../../text/edit.ts';
import { contains, type Range, sliceOf, touches } from '../../../text/span.ts';
import type { QemuPlace } from '../refactoring.ts';
import { scriptOf } from './script.ts';

/** Words of a script that stand one behind the other, by the options that they make. */
export interface Groups {
  /** Those of a command are kept apart by blanks and backslashes, those of an array by any white space. */
  readonly kind: 'command' | 'array';
  /** All of the command; what stands between the parentheses of the array. */
  readonly within: Range;
  /** An option with its argument; a variable that brings others. Never empty. */
  readonly options: readonly (readonly Range[])[];
}

/** The array or the command at a place, taken apart; undefined where comments or redirections stand between. */
export function groupsAt({ document, variant: { line }, range }: QemuPlace): Groups | undefined {
  const tree = scriptOf(document);
  for (const { value } of tree.assignments) {
    if (value.kind !== 'array' || !contains(value.range, range)) continue;
    const within = { start: value.range.start + 1, end: value.range.end - 1 };
    const isOwn = line.options.some((option) => contains(within, option.range));
    return isOwn ? grouped('array', within, document.text, value.elements, line) : undefined;
  }
  return touches(line.span, range) ? commandGroups({ document, line }) : undefined;
}

/** The arguments of the command itself; undefined where they do not all stand behind the program's name. */
export function commandGroups({
  document,
  line,
}: Pick<QemuPlace, 'document'> & { readonly line: CommandLine }): Groups | undefined {
  if (line.brokenContinuations.length > 0) return undefined;
  const command = scriptOf(document).commands.find(
    ({ range }) => range.start === line.span.start && range.end === line.span.end,
  );
  const program =
    command?.words.findIndex(
      ({ range }) => range.start === line.command.start && range.end === line.command.end,
    ) ?? -1;
  if (!command || program < 0) return undefined;
  const words = command.words.slice(program + 1).filter((word) => word.kind === 'word');
  return grouped('command', command.range, document.text, words, line);
}

function grouped(
  kind: Groups['kind'],
  within: Range,
  text: string,
  words: readonly ShellWord[],
  line: CommandLine,
): Groups | undefined {
  const between = kind === 'command' ? /^(?:[ \t]|\\\n)+$/ : /^[ \t\n]+$/;
  if (
    words.some(({ range }, i) => i > 0 && !between.test(text.slice(words[i - 1]!.range.end, range.start)))
  ) {
    return undefined;
  }
  const args = new Set(line.options.map(({ argument }) => argument?.range.start));
  const options: Range[][] = [];
  for (const { range } of words) {
    const last = options.at(-1);
    if (last?.length === 1 && args.has(range.start)) last.push(range);
    else options.push([range]);
  }
  return options.length > 0 ? { kind, within, options } : undefined;
}

/** Puts one text between two words, if another one is there. */
export function putBetween(text: string, before: number, after: number, wanted: string): TextEdit[] {
  const range = { start: before, end: after };
  return sliceOf(text, range) === wanted ? [] : [{ range, newText: wanted }];
}
