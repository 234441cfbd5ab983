import { parseShell } from '../../syntax/shell/parse.ts';
import type { Excerpt } from '../../text/excerpt.ts';
import { ExcerptBuilder } from '../../text/excerptBuilder.ts';

/** Gives the text of a file, by its path from the folder of the script; undefined where there is none to be read. */
export type ReadSibling = (path: string) => string | undefined;

/** A line that is nothing but `. ./vars.sh`, with the ways of saying "in the folder of this script". */
const SOURCED =
  /^[ \t]*(?:\.|source)[ \t]+("?)(?:(?:\$\(dirname[ \t]+(?:--[ \t]+)?"?\$(?:0|\{?BASH_SOURCE(?:\[0\])?\}?)"?\)|\$\{(?:0|BASH_SOURCE(?:\[0\])?)%\/\*\})\/)?((?:\.{0,2}\/)?[\w.-][\w./-]*)\1(?:[ \t]*;)?(?=[ \t]*(?:#.*)?$)/gm;

/** How deep files may source each other: one that sources itself has no end. */
const MAX_DEPTH = 4;

/** Beyond this many characters a file is no list of variables. */
const MAX_LENGTH = 100_000;

/**
 * Puts the text of the files that a script sources into their places. What they say is known then, and stands for
 * the line that sources them: it is shown there, and not changed.
 * @returns undefined where nothing is sourced that can be read.
 */
export function withSourced(text: string, readSibling: ReadSibling): Excerpt | undefined {
  const out = new ExcerptBuilder(text);
  let at = 0;
  for (const match of text.matchAll(SOURCED)) {
    const sourced = readSourced(match[2]!, readSibling, 1);
    if (sourced === undefined) continue;
    const end = match.index + match[0].length;
    out.copy(at, match.index);
    out.put(sourced, match.index, end);
    at = end;
  }
  if (at === 0) return undefined;
  out.copy(at, text.length);
  return out.build();
}

function readSourced(path: string, readSibling: ReadSibling, depth: number): string | undefined {
  const text = readSibling(path);
  if (text === undefined || text.length > MAX_LENGTH || /^\s*(?:return|exit)\b/m.test(text)) return undefined;
  // One that is broken would break what surrounds it.
  if (parseShell(text).problems.length > 0) return undefined;
  const plain = text.replaceAll('\r\n', '\n').replace(/\n$/, '');
  if (depth >= MAX_DEPTH) return plain;
  return plain.replace(
    SOURCED,
    (line, _, inner: string) => readSourced(inner, readSibling, depth + 1) ?? line,
  );
}
