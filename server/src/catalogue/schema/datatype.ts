import { formOf } from './forms.ts';

/** A type of text: one value, or a data type of XML Schema with its facets. */
export interface Datatype {
  accepts(text: string): boolean;
  /** The one text it stands for, where it is a single value. */
  readonly value?: string;
  /** What it takes, in words that can follow "is not": `a whole number from 0 to 255`. */
  readonly words: string;
}

export type Facets = Readonly<Partial<Record<FacetName, string>>>;
type FacetName = 'pattern' | 'minInclusive' | 'maxInclusive' | 'maxLength';

/** XML Schema trims a text and joins its words before it looks at it, unless it is a string. */
const collapse = (text: string): string => (/\s/.test(text) ? text.trim().replace(/[ \t\r\n]+/g, ' ') : text);

/** The type of one value and no other. */
export const valueType = (value: string): Datatype => {
  const wanted = collapse(value);
  const hasBlanks = wanted.includes(' ');
  return {
    // What is no longer, has no blanks too many; most values of a choice are told apart so.
    accepts: (text) =>
      text === wanted || ((text.length > wanted.length || hasBlanks) && collapse(text) === wanted),
    value: wanted,
    words: `'${wanted}'`,
  };
};

interface Whole {
  readonly min?: bigint;
  readonly max?: bigint;
}

const signed = (bits: bigint): Whole => ({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n });
const unsigned = (bits: bigint): Whole => ({ min: 0n, max: (1n << bits) - 1n });

const WHOLE: Readonly<Record<string, Whole>> = {
  integer: {},
  positiveInteger: { min: 1n },
  nonNegativeInteger: { min: 0n },
  long: signed(64n),
  int: signed(32n),
  short: signed(16n),
  unsignedLong: unsigned(64n),
  unsignedInt: unsigned(32n),
  unsignedShort: unsigned(16n),
};

/**
 * A data type of XML Schema.
 * @param except values that it does not take
 * @throws for a type that libvirt's schema did not use when this was written
 */
export function dataType(name: string, facets: Facets, except: readonly Datatype[]): Datatype {
  const matches = facets.pattern === undefined ? () => true : patternOf(facets.pattern);
  const type = baseType(name, facets, matches);
  if (except.length === 0) return type;
  return {
    accepts: (text) => type.accepts(text) && !except.some((each) => each.accepts(text)),
    words: `${type.words}, but not ${except.map(({ words }) => words).join(' or ')}`,
  };
}

function baseType(name: string, facets: Facets, matches: (text: string) => boolean): Datatype {
  const whole = WHOLE[name];
  if (whole) return wholeNumber(whole, facets, matches);
  switch (name) {
    case 'string': {
      const longest = facets.maxLength === undefined ? Number.POSITIVE_INFINITY : Number(facets.maxLength);
      return {
        accepts: (text) => matches(text) && [...text].length <= longest,
        words:
          facets.pattern === undefined
            ? `a text${facets.maxLength === undefined ? '' : ` of up to ${facets.maxLength} characters`}`
            : formOf(facets.pattern),
      };
    }
    case 'dateTime':
      return {
        accepts: (text) =>
          /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.test(collapse(text)),
        words: 'a date and time such as 2026-01-31T12:00:00',
      };
    case 'NCName':
      return {
        accepts: (text) => /^[\p{L}_][\p{L}\p{N}\p{M}._-]*$/u.test(collapse(text)),
        words: 'a name without a colon',
      };
    default:
      throw new Error(`the data type ${name} is not understood`);
  }
}

function wholeNumber(range: Whole, facets: Facets, matches: (text: string) => boolean): Datatype {
  const min = facets.minInclusive === undefined ? range.min : BigInt(facets.minInclusive);
  const max = facets.maxInclusive === undefined ? range.max : BigInt(facets.maxInclusive);
  return {
    accepts(text) {
      const digits = collapse(text);
      if (!/^[+-]?\d+$/.test(digits) || !matches(digits)) return false;
      if (range.min === 0n && /^[+-]/.test(digits)) return false;
      const number = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
      return (min === undefined || number >= min) && (max === undefined || number <= max);
    },
    words: `a whole number${rangeWords(min, max)}`,
  };
}

function rangeWords(min: bigint | undefined, max: bigint | undefined): string {
  // The bounds of the machine's own types say nothing to a reader.
  const known = max !== undefined && max < 1n << 31n ? max : undefined;
  if (min !== undefined && min > -(1n << 15n) && known !== undefined) return ` from ${min} to ${known}`;
  if (min !== undefined && min > -(1n << 15n)) return min === 0n ? ', not negative' : ` from ${min} on`;
  return known === undefined ? '' : ` up to ${known}`;
}

/** Patterns of XML Schema match the whole text. What libvirt writes in them means the same here. */
function patternOf(pattern: string): (text: string) => boolean {
  let expression: RegExp | undefined;
  return (text) => {
    expression ??= new RegExp(`^(?:${pattern})$`);
    return expression.test(text);
  };
}
