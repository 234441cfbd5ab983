import { effective, known, type Value } from '../../guest/value.ts';
import { type Range, type Span, spanOf, type Uri } from '../../text/span.ts';
import { scanJson } from './jsonProperties.ts';
import { type OptionShape, optionShape } from './optionTable.ts';
import { type PropertyForm, type PropertyText, scanKeyval } from './properties.ts';
import { type Piece, UNKNOWN, type Word } from './word.ts';

/** One `key=value` of an option. Most are never asked for, so value and place are worked out when they are. */
export class Property {
  readonly text: PropertyText;
  readonly key: string;
  readonly form: PropertyForm;
  readonly #argument: Word;
  #value: Value<string> | undefined;

  constructor(argument: Word, text: PropertyText) {
    this.#argument = argument;
    this.text = text;
    this.key = text.key;
    this.form = text.form;
  }

  /** `key=value` as the reader sees it. */
  get span(): Span {
    return spanOf(this.#argument.uri, this.#argument.place(this.text.start, this.text.end));
  }

  /** Without doubled commas or JSON escapes. A bare flag reads `on`, `noflag` is not undone. */
  get value(): Value<string> {
    this.#value ??= this.#read();
    return this.#value;
  }

  /** The text of the value, where it is known: takes less time than its place. */
  get plain(): string | undefined {
    const { form, valueStart, valueEnd } = this.text;
    if (form !== 'keyval' && form !== 'implied') return effective(this.value);
    const raw = this.#argument.text.slice(valueStart, valueEnd);
    return raw.includes(UNKNOWN) ? undefined : decode(raw, form);
  }

  #read(): Value<string> {
    const { form, valueStart, valueEnd } = this.text;
    if (form === 'flag') return known('on', this.span);
    return decodeValue(this.#argument.read(valueStart, valueEnd, ENCODE[form]), form);
  }
}

/** One option of a command line: `-device vfio-pci,host=01:00.0`. */
export class Option {
  /** Without dashes. */
  readonly name: string;
  readonly shape: OptionShape | undefined;
  /** The word with the dash. */
  readonly word: Word;
  readonly argument: Word | undefined;
  /** From the dash to the end of the argument. */
  readonly range: Range;
  readonly span: Span;
  readonly properties: readonly Property[];
  /**
   * True where more properties may stand than were read: an unknown part may hold a comma.
   * Then nothing can be said about what the option lacks.
   */
  readonly open: boolean;
  readonly json: boolean;
  #byKey: ReadonlyMap<string, Property> | undefined;
  /** A part of the argument that is not known. */
  readonly #gap: Piece | undefined;
  #head: Value<string> | undefined;

  constructor(word: Word, argument: Word | undefined) {
    this.name = word.text.replace(/^--?/, '');
    this.shape = optionShape(this.name);
    this.word = word;
    this.argument = argument;
    this.range = { start: word.range.start, end: (argument ?? word).range.end };
    this.span = spanOf(word.uri, this.range);
    this.json = /^\s*\{/.test(argument?.text ?? '');
    this.#gap = argument?.pieces.find((piece) => piece.text === undefined);
    this.open = this.#gap !== undefined;
    this.properties =
      argument && typeof this.shape === 'object' ? readProperties(argument, this.shape.implied) : [];
  }

  get uri(): Uri {
    return this.word.uri;
  }

  /** The property of that key that counts: the last one, but of `id` the first (util/qemu-option.c: opts_parse_id). */
  find(key: string): Property | undefined {
    this.#byKey ??= this.#indexed();
    return this.#byKey.get(key);
  }

  #indexed(): ReadonlyMap<string, Property> {
    const byKey = new Map<string, Property>();
    for (const property of this.properties) {
      if (property.key !== 'id' || this.json || !byKey.has('id')) byKey.set(property.key, property);
    }
    return byKey;
  }

  all(key: string): readonly Property[] {
    return this.properties.filter((property) => property.key === key);
  }

  /** The value of a key; absent where it is not written, unknown where it may stand in a part that is not known. */
  value(key: string): Value<string> {
    const property = this.find(key);
    if (property) return property.value;
    const gap = this.#gap;
    if (gap) return { state: 'unknown', why: gap.why ?? 'not-evaluated', span: spanOf(this.uri, gap.at) };
    return { state: 'absent', owner: this.span };
  }

  /** The value that the option starts with, e.g. the driver of a -device; known under its own key too. */
  get head(): Value<string> {
    this.#head ??= this.#readHead();
    return this.#head;
  }

  #readHead(): Value<string> {
    // A CPU has a property of the name under which its model is kept: `-cpu max,model=15`.
    const [first] = this.properties;
    if (this.name === 'cpu' && first?.form === 'implied') return first.value;
    const implied = typeof this.shape === 'object' ? this.shape.implied : '';
    return this.value(this.name === 'object' && this.json ? 'qom-type' : implied);
  }

  /** All of the argument as one text, for options without properties. */
  get plain(): Value<string> {
    return this.argument
      ? this.argument.read(0, this.argument.text.length)
      : { state: 'absent', owner: this.span };
  }
}

const ENCODE: Record<PropertyForm, (text: string) => string> = {
  keyval: (text) => text.replaceAll(',', ',,'),
  implied: (text) => text.replaceAll(',', ',,'),
  flag: (text) => text,
  'json-string': (text) => JSON.stringify(text).slice(1, -1),
  'json-scalar': (text) => (/^(-?\d+(\.\d+)?|true|false|null)$/.test(text) ? text : JSON.stringify(text)),
  'json-list': (text) => `[${text}]`,
};

function decode(raw: string, form: PropertyForm): string {
  switch (form) {
    case 'json-list':
      return raw.replace(/[[\]\s"]/g, '');
    case 'json-string':
      return raw.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (sequence) => JSON.parse(`"${sequence}"`) as string);
    case 'json-scalar':
      return raw === 'true' ? 'on' : raw === 'false' ? 'off' : raw;
    default:
      return raw.replaceAll(',,', ',');
  }
}

function readProperties(argument: Word, implied: string): Property[] {
  const { text } = argument;
  const texts = /^\s*\{/.test(text) ? scanJson(text).properties : scanKeyval(text, implied);
  return texts
    .filter(({ key }) => !key.includes(UNKNOWN))
    .map((property) => new Property(argument, property));
}

function decodeValue(value: Value<string>, form: PropertyForm): Value<string> {
  if (value.state !== 'known') return value;
  try {
    return { ...value, value: decode(value.value, form) };
  } catch {
    return { state: 'unknown', why: 'malformed', span: value.span };
  }
}
