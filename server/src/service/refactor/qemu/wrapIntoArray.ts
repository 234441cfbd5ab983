import { sliceOf, touches } from '../../../text/span.ts';
import type { Proposal, QemuPlace } from '../refactoring.ts';
import { commandGroups } from './groups.ts';
import { freeName, lineAbove } from './script.ts';

/** Puts the options of a command into an array above it, where they can be commented and made more of. */
export function wrapIntoArray({ document, variant: { line }, range, inScript }: QemuPlace): Proposal[] {
  const { text } = document;
  if (!inScript || !touches(line.span, range) || !hasArrays(text)) return [];
  const groups = commandGroups({ document, line });
  const above = lineAbove(document, line.span);
  // Before anything but the command itself its words could come to something else.
  if (!groups || groups.options.length < 2 || above?.at !== line.span.start) return [];
  const words = groups.options.flat();
  const [first, last] = [words[0]!, words.at(-1)!];
  const outer = { start: first.start, end: last.end };
  if (DIFFERS.test(sliceOf(text, outer)) || words.some(({ start }) => text[start] === '[')) return [];
  const name = freeName(text, 'args');
  const lines = groups.options.map((option) => option.map((word) => sliceOf(text, word)).join(' '));
  const array = [`${name}=(`, ...lines.map((each) => `${above.indent}  ${each}`), `${above.indent})`].join(
    '\n',
  );
  return [
    {
      title: `Put the options into an array: ${name}=(…)`,
      kind: 'refactor.rewrite',
      keeps: 'arguments',
      edits: [
        { range: { start: above.at, end: above.at }, newText: `${array}\n${above.indent}` },
        { range: outer, newText: `"\${${name}[@]}"` },
      ],
    },
  ];
}

/** What the shell makes something else of above the command: the last status and argument, pipes, homes. */
const DIFFERS = /\$[?_!]|\$\{[?_!]|[<>]\(|(?:^|[\s=:])~/;

/** A script that names a plain shell is not to be given what only others know. */
const hasArrays = (text: string): boolean => !text.startsWith('#!') || /^#!.*\b(?:ba|z|k)sh\b/.test(text);
