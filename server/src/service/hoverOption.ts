import { type Explanation, explainQemu } from '../catalogue/explanations.ts';
import type { CommandLine } from '../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../dialects/qemu/option.ts';
import { UNKNOWN } from '../dialects/qemu/word.ts';
import { isKnown, type Value } from '../guest/value.ts';
import { contains, type Range, sliceOf } from '../text/span.ts';
import { describeQemuSize } from './hoverSize.ts';
import { code, renderHover, strong } from './hoverText.ts';
import { describeValue, lineNumber } from './hoverValue.ts';

/** What an offset points at on one command line. */
export interface Hit {
  readonly line: CommandLine;
  readonly option: Option;
  /** Undefined for the option itself, and for an argument without properties. */
  readonly property: Property | undefined;
  /** The word with the dash, its argument, or an assignment that a value of the argument came from. */
  readonly part: 'word' | 'argument' | 'definition';
  readonly range: Range;
}

/** What an option is for, or else what the thing is that it makes; undefined where there is nothing to say. */
export function describeOption({ option }: Hit): string | undefined {
  const itself = explainQemu(option.name, undefined, undefined);
  if (itself) return renderHover({ title: strong(`-${option.name}`), explanation: itself, facts: [] });
  const explanation = explainQemu(option.name, typeOf(option), undefined);
  return renderHover({ title: titleOf(option, undefined), explanation, facts: [] });
}

/**
 * One property, or the whole argument of an option without properties.
 * @param hits the same thing on every path, and in every round of a loop
 */
export function describeProperty(text: string, hits: readonly Hit[], first: Hit): string | undefined {
  const { line, option, property, part } = first;
  const explanation = explain(option, property);
  const facts = [
    part === 'definition' ? usesOf(text, hits) : describeValue(text, readingsOf(hits)),
    describeSize(hits.map(writtenValue), explanation?.unit),
    property && describeWinner(text, line, option, property),
  ];
  return renderHover({
    title: titleOf(option, property),
    explanation,
    facts: facts.filter((fact) => fact !== undefined),
  });
}

/** A variable that brings several properties or options: all that it brings. */
export function describeExpansion(text: string, hits: readonly Hit[], first: Hit): string | undefined {
  const { argument } = first.option;
  const via = argument?.pieces.flatMap((piece) =>
    piece.via.filter(({ definition }) => !contains(definition, piece.at)),
  )[0];
  if (!argument || !via) return undefined;
  const options = new Set(hits.filter(({ line }) => line === first.line).map(({ option }) => option));
  const shown = Array.from(options, ({ argument }) => argument?.text ?? '').join(' ');
  const line = lineNumber(text, via.definition.start);
  const fact = `Here ${code(shown.replaceAll(UNKNOWN, '…'))}, from ${code(`$${via.name}`)}, set on line ${line}.`;
  return renderHover({
    title: strong(sliceOf(text, first.range)),
    explanation: undefined,
    facts: [fact],
  });
}

/** An assignment that several things take their value from. */
export const describeUses = (text: string, hits: readonly Hit[], { range }: Hit): string | undefined =>
  renderHover({ title: strong(sliceOf(text, range)), explanation: undefined, facts: [usesOf(text, hits)] });

function usesOf(text: string, hits: readonly Hit[]): string {
  const uses = hits.map(({ option, property }) => {
    const key =
      property && property.form !== 'implied' ? `-${option.name} ${property.key}=` : `-${option.name}`;
    return `${code(key)} on line ${lineNumber(text, (property?.span ?? option.range).start)}`;
  });
  return `Used for ${[...new Set(uses)].join(', ')}.`;
}

const typeOf = ({ head }: Option): string | undefined => (isKnown(head) ? head.value : undefined);

const writtenValue = ({ option, property }: Hit): Value<string> => property?.value ?? option.plain;

function readingsOf(hits: readonly Hit[]): Value<string>[][] {
  const lines = new Set(hits.map(({ line }) => line));
  return Array.from(lines, (line) => hits.filter((hit) => hit.line === line).map(writtenValue));
}

/** The first value of an option names it as a whole: `vfio-pci` is what `-device vfio-pci` is. */
function explain(option: Option, property: Property | undefined): Explanation | undefined {
  const type = typeOf(option);
  const own = explainQemu(option.name, type, property?.key);
  return (
    own ?? (property && property.form !== 'implied' ? undefined : explainQemu(option.name, type, undefined))
  );
}

/** Options whose first value says what kind of thing they make, so that it belongs to the name. */
const TYPED = new Set(['device', 'netdev', 'numa', 'object']);

function titleOf(option: Option, property: Property | undefined): string {
  const type = TYPED.has(option.name) ? typeOf(option) : undefined;
  const name = type === undefined ? `-${option.name}` : `-${option.name} ${type}`;
  const isName = property === undefined || (property.form === 'implied' && type !== undefined);
  return isName ? strong(name) : `${strong(property.key)} of ${code(name)}`;
}

function describeSize(values: readonly Value<string>[], unit: string | undefined): string | undefined {
  const [first] = values;
  if (!isKnown(first) || !values.every((value) => isKnown(value) && value.value === first.value))
    return undefined;
  return describeQemuSize(first.value, unit);
}

/** Options that QEMU merges key by key, so that a later one wins. */
const MERGED = [['machine', 'M'], ['smp'], ['m']];

function describeWinner(
  text: string,
  line: CommandLine,
  option: Option,
  { key }: Property,
): string | undefined {
  const names = MERGED.find((group) => group.includes(option.name));
  const later = line.options
    .slice(line.options.indexOf(option) + 1)
    .filter(({ name }) => names?.includes(name));
  const winner = later.map((other) => other.find(key)).findLast((found) => found !== undefined);
  if (!winner) return undefined;
  const at = lineNumber(text, winner.span.start);
  return `Not in effect: ${code(sliceOf(text, winner.span))} on line ${at} comes later and wins.`;
}
