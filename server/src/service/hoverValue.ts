import { isKnown, isUnknown, type Known, type Unknown, type Value } from '../guest/value.ts';
import { LineIndex } from '../text/lineIndex.ts';
import { contains, sliceOf } from '../text/span.ts';
import { code } from './hoverText.ts';
import { reasonFor } from './reasons.ts';

/** The one-based number of the line that holds an offset, as editors show it. */
export const lineNumber = (text: string, offset: number): number =>
  new LineIndex(text).positionAt(offset).line + 1;

/**
 * One sentence about the value that a place has and where it came from.
 * @param readings for each path through the script the values in their order; a loop gives several
 * @returns undefined where the value simply stands there
 */
export function describeValue(
  text: string,
  readings: readonly (readonly Value<string>[])[],
): string | undefined {
  const values = readings.flat();
  const knowns = distinct(values.filter(isKnown));
  const gap = values.find(isUnknown);
  const [first] = knowns;
  if (!first) return gap && `${code(sliceOf(text, gap.span))} is not known here: ${reasonFor(gap.why)}.`;
  const shown = knowns.map(({ value }) => code(value));
  const source = sourceOf(text, first);
  if (knowns.length === 1 && !gap) return source && `Here ${shown[0]}, ${source}.`;
  const inTurn =
    first.origin.kind === 'loop' ||
    readings.every((reading) => distinct(reading.filter(isKnown)).length === knowns.length);
  if (inTurn && !gap) return `Here ${list(shown, 'and')} in turn${source ? `, ${source}` : ''}.`;
  return `Here ${list([...shown, ...unknownOf(gap)], 'or')}: it depends on the path through the script.`;
}

const unknownOf = (gap: Unknown | undefined): string[] =>
  gap ? [`something unknown (${reasonFor(gap.why)})`] : [];

const distinct = (values: readonly Known<string>[]): Known<string>[] =>
  values.filter((value, i) => values.findIndex((other) => other.value === value.value) === i);

/** Where a value came from, as the end of a sentence; undefined for one that stands where it is seen. */
function sourceOf(text: string, { origin, span }: Known<string>): string | undefined {
  if (origin.kind === 'loop') return `from ${code(`$${origin.name}`)}`;
  if (origin.kind !== 'variable' || contains(origin.definition, span)) return undefined;
  const { name, definition, uses } = origin;
  const variable = code(`$${name}`);
  if (contains(span, definition)) return `the default for ${variable}`;
  const where = `from ${variable}, set on line ${lineNumber(text, definition.start)}`;
  // With several uses an edit of the definition would reach all of them.
  return uses === 1 ? where : `${where} and used ${uses} times, so that no fix changes it`;
}

function list(items: readonly string[], conjunction: 'and' | 'or'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1)}`;
}
