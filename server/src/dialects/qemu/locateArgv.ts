import type { Uri } from '../../text/span.ts';
import { assemble } from './assemble.ts';
import type { Field } from './evaluate/fields.ts';
import type { Located } from './locate.ts';
import { recognise } from './recognise.ts';
import { Word } from './word.ts';

/**
 * Reads the command line of a running process, as in `/proc/PID/cmdline`: arguments separated by NUL, with
 * nothing left for a shell to expand. Never throws.
 */
export function locateArgv(uri: Uri, text: string): Located {
  const words: Word[] = [];
  const fields: Field[] = [];
  for (let start = 0; start < text.length; ) {
    const nul = text.indexOf('\0', start);
    const range = { start, end: nul < 0 ? text.length : nul };
    const argument = { text: text.slice(start, range.end), source: range, exact: true };
    words.push(new Word(uri, range, [{ ...argument, at: range, quoting: 'none', via: [] }]));
    const fragments = [{ ...argument, quoting: 'bare' as const, steps: [] }];
    fields.push({ kind: 'word', fragments, word: { kind: 'word', range, parts: [] } });
    start = range.end + 1;
  }
  const recognised = recognise(text, fields);
  const range = { start: 0, end: words.at(-1)?.range.end ?? 0 };
  const commands = recognised ? [{ variants: [assemble(uri, words, recognised, range, [])] }] : [];
  return { commands, repairedRegions: [], comments: [] };
}
