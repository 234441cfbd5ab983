import type { Range } from '../../text/span.ts';
import type { CommandLine } from './commandLine.ts';
import type { Via, Word } from './word.ts';

/**
 * A text that two command lines have in common if, and only if, nothing tells them apart but where they stand in their
 * documents, together with the variables that they use. What is found in one is found in the other.
 */
export function sameness(line: CommandLine): string {
  const { start } = line.command;
  const place = ({ start: from, end }: Range): string => `${from - start}-${end - start}`;
  const via = ({ name, uses, loop }: Via): string => `${name} ${uses} ${loop ?? ''}`;
  // Every text has its length before it: nothing in it can be taken for what follows.
  const of = ({ range, pieces }: Word): string => {
    let text = place(range);
    for (const piece of pieces) {
      const content = piece.text === undefined ? `?${piece.why}` : `${piece.text.length}:${piece.text}`;
      text += `|${place(piece.at)} ${content} ${piece.quoting} ${piece.exact}`;
      for (const each of piece.via) text += `<${via(each)}`;
    }
    return text;
  };
  const parts = [line.binary, String(line.assumed), place(line.span)];
  for (const { word, argument } of line.options) parts.push(of(word), argument ? of(argument) : '-');
  parts.push('strays', ...line.strays.map(of));
  for (const { span, why } of line.openings) parts.push('opening', place(span), why);
  for (const prefix of line.prefixes) parts.push('prefix', prefix.name, ...prefix.words.map(of));
  for (const { kind, range, lost, lostOptions } of line.brokenContinuations) {
    parts.push(kind, place(range), place(lost), String(lostOptions));
  }
  return parts.join('\n');
}
