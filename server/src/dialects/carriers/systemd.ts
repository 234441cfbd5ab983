import { ExcerptBuilder } from '../../text/excerptBuilder.ts';
import type { Carried } from './carried.ts';
import { isComment, isSuppression, type Line, linesOf } from './lines.ts';
import { UnitWriter } from './unitWriter.ts';

const COMMAND_KEYS = /^Exec(?:Condition|Start|StartPre|StartPost|Reload|Stop|StopPost)$/;

/** `Key=value`, with the lines over which the value goes on. */
interface Setting {
  readonly key: string;
  readonly line: Line;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a systemd unit (systemd.syntax, systemd.service): its `Environment=` becomes assignments of a shell script,
 * and every command line one of its commands, in the shell's own quoting.
 */
export function readUnit(text: string): Carried[] {
  const { settings, suppressions } = readSettings(text);
  const commands = settings.filter(({ key }) => COMMAND_KEYS.test(key));
  const out = new ExcerptBuilder(text);
  const writer = new UnitWriter(text, out);
  for (const { start, end } of environmentOf(text, settings)) writer.assignments(start, end);
  let waiting = suppressions;
  for (const { line, start, end } of commands) {
    for (const comment of waiting.filter((each) => each.start < start)) {
      out.put('\n#', comment.start, comment.start + comment.text.search(/[^\s#;]/));
      out.copy(comment.start + comment.text.search(/[^\s#;]/), comment.end);
    }
    waiting = waiting.filter((each) => each.start > start);
    // A comment that is put above the command is put above its line.
    out.put('\n', line.start);
    writer.command(start, end);
  }
  return [{ dialect: 'qemu', excerpt: out.build(encode) }];
}

/**
 * The values of `Environment=` that count. An empty one takes back those before it; a file takes precedence over
 * all of them, so that nothing is known of any.
 */
function environmentOf(text: string, settings: readonly Setting[]): readonly Setting[] {
  if (settings.some(({ key }) => key === 'EnvironmentFile' || key === 'UnsetEnvironment')) return [];
  const all = settings.filter(({ key }) => key === 'Environment');
  const reset = all.findLastIndex(({ start, end }) => text.slice(start, end).trim() === '');
  return all.slice(reset + 1);
}

function readSettings(text: string): { settings: Setting[]; suppressions: Line[] } {
  const settings: Setting[] = [];
  const suppressions: Line[] = [];
  const lines = linesOf(text);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const match = /^[ \t]*([A-Za-z]+)[ \t]*=[ \t]*/.exec(line.text);
    if (!match) {
      if (isSuppression(line.text)) suppressions.push(line);
      continue;
    }
    // Comments between the lines of a value are no part of it, and do not end it.
    let last = line;
    while (last.text.endsWith('\\') && i + 1 < lines.length) {
      do i++;
      while (i + 1 < lines.length && isComment(lines[i]!.text));
      last = lines[i]!;
    }
    settings.push({ key: match[1]!, line, start: line.start + match[0].length, end: last.end });
  }
  return { settings, suppressions };
}

/**
 * Quotes, dollars and backslashes mean other things to systemd than to a shell, so that what needs any is not
 * written. A command goes on behind a backslash only.
 */
function encode(newText: string): string | undefined {
  const isCommentLine = /^#[^\n]*\n$/.test(newText);
  if (!isCommentLine && /[$'"`]|\\(?!\n)|(?<!\\)\n/.test(newText)) return undefined;
  return isCommentLine ? newText : newText.replaceAll('%', '%%');
}
