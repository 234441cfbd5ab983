import type { Range } from '../../text/span.ts';

/** A line without what ends it. */
export interface Line extends Range {
  /** Where the next one starts. */
  readonly next: number;
  readonly text: string;
}

/** The lines of a text; all carriers are read by lines. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    let end = feed < 0 ? text.length : feed;
    if (text[end - 1] === '\r' && feed >= 0) end--;
    lines.push({ start, end, next, text: text.slice(start, end) });
    start = next;
  }
  return lines;
}

/** True where the last backslash of a line joins the next one to it. */
export const isContinued = (line: string): boolean => /(?:^|[^\\])(?:\\\\)*\\$/.test(line);

/** A comment that is addressed to us. */
export const isSuppression = (line: string): boolean => /^\s*[#;]+\s*virtlens-ignore\b/.test(line);

/** What systemd takes for a comment. */
export const isComment = (line: string): boolean => /^\s*[#;]/.test(line);
