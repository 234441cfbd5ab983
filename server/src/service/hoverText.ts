import type { Explanation } from '../catalogue/explanations.ts';
import type { Range } from '../text/span.ts';

/** What is shown beside a place in the text. */
export interface Hover {
  readonly range: Range;
  readonly markdown: string;
}

/** What a hover is made of; sentences are Markdown. */
export interface HoverParts {
  readonly title: string;
  readonly explanation: Explanation | undefined;
  /** What holds at this very place: the value, and where it came from. */
  readonly facts: readonly string[];
}

const SIDES: Record<Explanation['side'], string> = {
  guest: 'guest side',
  host: 'host side',
  both: 'guest and host',
};

/** Undefined where there is nothing to say but the name of the thing. */
export function renderHover({ title, explanation, facts }: HoverParts): string | undefined {
  if (!explanation && facts.length === 0) return undefined;
  const paragraphs = [explanation ? `${title} · ${SIDES[explanation.side]}` : title, ...facts];
  if (explanation) {
    const { text, unit, default: byDefault, since, pitfall } = explanation;
    const details = [
      ...(unit ? [`Unit: ${unit}`] : []),
      ...(byDefault ? [`Default: ${byDefault}`] : []),
      ...(since ? [`Since: ${since}`] : []),
    ];
    paragraphs.push(text);
    if (details.length > 0) paragraphs.push(details.map((detail) => `* ${detail}`).join('\n'));
    if (pitfall) paragraphs.push(`**Pitfall:** ${pitfall}`);
  }
  return paragraphs.join('\n\n');
}

const MAX_CODE = 120;

/** Text of the user as a code span: nothing in it is taken for Markdown. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > MAX_CODE ? `${line.slice(0, MAX_CODE)}…` : line;
  if (short === '') return '(empty)';
  return short.includes('`') ? `\`\` ${short.replace(/`{2,}/g, '`')} \`\`` : `\`${short}\``;
}

export const strong = (text: string): string => `**${code(text)}**`;

/** A title with the facts that there are below it. */
export function bulleted(title: string, facts: readonly (string | undefined)[]): string {
  const list = facts.filter((fact) => fact !== undefined).map((fact) => `* ${fact}`);
  return list.length === 0 ? title : `${title}\n\n${list.join('\n')}`;
}

/** More than these are counted, so that a hover stays smaller than what it is about. */
export const MOST_LISTED = 8;

/** Items as a list within a sentence: all of them, or the first ones and how many more there are. */
export const listed = (items: readonly string[], separator = ', '): string =>
  items.length <= MOST_LISTED
    ? items.join(separator)
    : `${items.slice(0, MOST_LISTED - 1).join(separator)}${separator}and ${items.length - MOST_LISTED + 1} more`;
