import type { TextEdit } from '../../../text/edit.ts';
import type { Proposal, QemuPlace } from '../refactoring.ts';
import { type Groups, groupsAt, putBetween } from './groups.ts';
import { lineIndent } from './script.ts';

/** One option per line, or all on one line. */
export function layOut(place: QemuPlace): Proposal[] {
  const groups = groupsAt(place);
  if (!groups) return [];
  const { text } = place.document;
  const proposal = (title: string, edits: readonly TextEdit[]): Proposal[] =>
    edits.length === 0 ? [] : [{ title, kind: 'refactor.rewrite', keeps: 'arguments', edits }];
  return [
    ...proposal('Put each option on a line of its own', eachOnItsLine(text, groups)),
    ...proposal('Put all options on one line', allOnOneLine(text, groups)),
  ];
}

function eachOnItsLine(text: string, { kind, within, options }: Groups): TextEdit[] {
  if (options.length < 2) return [];
  const home = lineIndent(text, within.start);
  const indent = ownIndent(text, options) ?? `${home}  `;
  const newLine = kind === 'command' ? ` \\\n${indent}` : `\n${indent}`;
  const edits = options.flatMap((words, i) => {
    const before = options[i - 1]?.at(-1)?.end;
    const [first] = words;
    const starts =
      before === undefined || text.slice(before, first!.start).includes('\n')
        ? []
        : putBetween(text, before, first!.start, newLine);
    return [...starts, ...joinWords(text, words)];
  });
  if (kind === 'command' || edits.length === 0) return edits;
  const first = options[0]![0]!;
  const last = options.at(-1)!.at(-1)!;
  const opens = text.slice(within.start, first.start).includes('\n')
    ? []
    : putBetween(text, within.start, first.start, newLine);
  const closes = text.slice(last.end, within.end).includes('\n')
    ? []
    : putBetween(text, last.end, within.end, `\n${home}`);
  return isBlank(text, within, options) ? [...opens, ...edits, ...closes] : [];
}

function allOnOneLine(text: string, { kind, within, options }: Groups): TextEdit[] {
  const words = options.flat();
  const edits = joinWords(text, words);
  const [first, last] = [words[0]!, words.at(-1)!];
  if (kind === 'array') {
    if (!isBlank(text, within, options)) return [];
    const ends = [
      ...putBetween(text, within.start, first.start, ''),
      ...putBetween(text, last.end, within.end, ''),
    ];
    return [...edits, ...ends.filter(({ range }) => text.slice(range.start, range.end).includes('\n'))];
  }
  // The first option may have been put below the program.
  const lead = /(?:[ \t]|\\\n)*\\\n[ \t]*$/.exec(text.slice(within.start, first.start))?.[0];
  return lead === undefined
    ? edits
    : [...putBetween(text, first.start - lead.length, first.start, ' '), ...edits];
}

/** Brings words that stand on several lines onto one. */
const joinWords = (
  text: string,
  words: readonly { readonly start: number; readonly end: number }[],
): TextEdit[] =>
  words.flatMap((word, i) => {
    const before = words[i - 1];
    return before && text.slice(before.end, word.start).includes('\n')
      ? putBetween(text, before.end, word.start, ' ')
      : [];
  });

/** The indentation of options that have a line of their own already. */
function ownIndent(text: string, options: Groups['options']): string | undefined {
  for (const [first] of options) {
    const indent = /\n([ \t]*)$/.exec(text.slice(0, first!.start))?.[1];
    if (indent !== undefined) return indent;
  }
  return undefined;
}

/** Whether nothing stands before the first and behind the last word of an array: a comment would lose its line. */
const isBlank = (text: string, within: Groups['within'], options: Groups['options']): boolean =>
  /^[ \t\n]*$/.test(text.slice(within.start, options[0]![0]!.start)) &&
  /^[ \t\n]*$/.test(text.slice(options.at(-1)!.at(-1)!.end, within.end));
