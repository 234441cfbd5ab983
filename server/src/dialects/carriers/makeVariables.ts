import { type Range, sliceOf } from '../../text/span.ts';
import { isContinued, type Line } from './lines.ts';

/** What is known of a variable of make. */
export interface MakeVariable {
  /** The pieces of its value, in order: one for the assignment, and one for each `+=`. Undefined where unknown. */
  readonly value: readonly Range[] | undefined;
  /** It is only made longer here: what it was before stands in another file. */
  readonly isLonger: boolean;
  /** Some targets add options of their own to it. */
  readonly isLongerForSome: boolean;
  /** How often the makefile refers to it. */
  readonly uses: number;
}

const ASSIGNMENT =
  /^ *(?:(?:export|override|private|unexport)[ \t]+)*([\w.-]+)[ \t]*(\+=|\?=|!=|:{0,3}=)[ \t]*/;

/** An assignment for some targets only, or one that computes its name. */
const OTHER_ASSIGNMENT = /([\w.-]+)[ \t]*(\+|[?!]|:{1,3})?=/;

/** `$(NAME)`, `${NAME}`; whatever else stands in them is a function. */
const REFERENCE = /(?<!\$)(?:\$\$)*\$[({]([\w.-]+)[)}:]/g;

/**
 * Reads the assignments of a makefile. A variable is known where it is assigned once, under no condition but that of
 * not being assigned yet, and perhaps made longer.
 */
export function readVariables(text: string, lines: readonly Line[]): ReadonlyMap<string, MakeVariable> {
  const values = new Map<string, Range[] | undefined>();
  const longer = new Set<string>();
  const longerForSome = new Set<string>();
  /** The names that the open conditions ask for: `ifndef NAME`; empty for any other condition. */
  const conditions: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (/^\t|^\s*#/.test(line.text)) continue;
    while (isContinued(lines[i]!.text) && i + 1 < lines.length) i++;
    const condition = /^ *(ifeq|ifneq|ifdef|ifndef|define|endif|endef|else)\b[ \t]*(.*)/.exec(line.text);
    if (condition) followCondition(conditions, condition[1]!, condition[2]!.trim());
    const match = ASSIGNMENT.exec(line.text);
    if (!match) {
      const [, other, sign] = OTHER_ASSIGNMENT.exec(line.text) ?? [];
      if (other === undefined || condition) continue;
      // `debug: ARGS += -s` leaves every other target what it has.
      if (sign === '+' && isOption(text, values.get(other))) longerForSome.add(other);
      else values.set(other, undefined);
      continue;
    }
    const [whole, name, operator] = match;
    const range = { start: line.start + whole.length, end: valueEnd(text, line, lines[i]!) };
    const before = values.get(name!);
    const isCertain = conditions.every((asked) => asked === name) && operator !== '!=';
    if (!isCertain || (values.has(name!) && !before)) values.set(name!, undefined);
    else if (operator === '+=') {
      if (!before) longer.add(name!);
      values.set(name!, [...(before ?? []), range]);
    } else if (before && operator === '?=') continue;
    else values.set(name!, before ? undefined : [range]);
  }
  const uses = countUses(text);
  return new Map(
    Array.from(values, ([name, value]) => [
      name,
      {
        value,
        isLonger: longer.has(name),
        isLongerForSome: longerForSome.has(name),
        uses: uses.get(name) ?? 0,
      },
    ]),
  );
}

/** Behind an option more of them may stand; a value that is made longer is another value. */
const isOption = (text: string, value: readonly Range[] | undefined): boolean =>
  value !== undefined && text[value[0]!.start] === '-';

function followCondition(conditions: string[], word: string, rest: string): void {
  if (word === 'endif' || word === 'endef') conditions.pop();
  else if (word === 'else') conditions.splice(-1, 1, '');
  else conditions.push(word === 'ifndef' ? rest : '');
}

/** A comment ends a value, and the blanks before it belong to neither. */
function valueEnd(text: string, first: Line, last: Line): number {
  const value = sliceOf(text, { start: first.start, end: last.end });
  const comment = /(?<!\\)#/.exec(value);
  return first.start + (comment ? value.slice(0, comment.index) : value).trimEnd().length;
}

function countUses(text: string): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const [, name] of text.matchAll(REFERENCE)) uses.set(name!, (uses.get(name!) ?? 0) + 1);
  return uses;
}
