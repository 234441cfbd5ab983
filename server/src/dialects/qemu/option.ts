import { known, type Value } from '../../guest/value.ts';
import { type Range, type Span, spanOf, type Uri } from '../../text/span.ts';
import type { OptionShape } from './optionTable.ts';
import { type OptionText, optionText, type PropertyContent } from './optionText.ts';
import type { PropertyForm } from './properties.ts';
import type { Word } from './word.ts';

/** One `key=value` of an option. Most are never asked for, so value and place are worked out when they are. */
export class Property {
  readonly text: PropertyContent;
  readonly key: string;
  readonly form: PropertyForm;
  readonly #argument: Word;
  #value: Value<string> | undefined;

  constructor(argument: Word, text: PropertyContent) {
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

  #read(): Value<string> {
    const { form, valueStart, valueEnd, plain } = this.text;
    if (form === 'flag') return known('on', this.span);
    const value = this.#argument.read(valueStart, valueEnd, ENCODE[form]);
    if (value.state !== 'known' || value.value === plain) return value;
    return plain === undefined
      ? { state: 'unknown', why: 'malformed', span: value.span }
      : { ...value, value: plain };
  }
}

const withoutDashes = ({ text }: Word): string => text.slice(text.startsWith('--') ? 2 : 1);

/** The name of the option that a word is; undefined for a word that is none. */
export function optionName(word: Word): string | undefined {
  if (!word.text.startsWith('-')) return undefined;
  const name = withoutDashes(word);
  return /^[A-Za-z]/.test(name) ? name : undefined;
}

/** One option of a command line: `-device vfio-pci,host=01:00.0`. */
export class Option {
  /** What it says, whatever the place. */
  readonly text: OptionText;
  /** The word with the dash. */
  readonly word: Word;
  readonly argument: Word | undefined;
  /** From the dash to the end of the argument. */
  readonly range: Range;
  readonly span: Span;
  #properties: readonly Property[] | undefined;
  #head: Value<string> | undefined;
  /** What every key has as its value that is not written. */
  #absent: Value<string> | undefined;

  constructor(word: Word, argument: Word | undefined) {
    this.text = optionText(withoutDashes(word), argument?.text);
    this.word = word;
    this.argument = argument;
    this.range = { start: word.range.start, end: (argument ?? word).range.end };
    this.span = spanOf(word.uri, this.range);
  }

  /** Without dashes. */
  get name(): string {
    return this.text.name;
  }

  get shape(): OptionShape | undefined {
    return this.text.shape;
  }

  get json(): boolean {
    return this.text.json;
  }

  /**
   * True where more properties may stand than were read: an unknown part may hold a comma.
   * Then nothing can be said about what the option lacks.
   */
  get open(): boolean {
    return this.text.open;
  }

  get uri(): Uri {
    return this.word.uri;
  }

  get properties(): readonly Property[] {
    this.#properties ??= this.text.properties.map((text) => new Property(this.argument!, text));
    return this.#properties;
  }

  /** The property of that key that counts. */
  find(key: string): Property | undefined {
    const place = this.text.placeOf(key);
    return place === undefined ? undefined : this.properties[place];
  }

  all(key: string): readonly Property[] {
    return this.text.placeOf(key) === undefined
      ? []
      : this.properties.filter((property) => property.key === key);
  }

  /** The value of a key; absent where it is not written, unknown where it may stand in a part that is not known. */
  value(key: string): Value<string> {
    const property = this.find(key);
    if (property) return property.value;
    const gap = this.open && this.argument?.pieces.find((piece) => piece.text === undefined);
    if (gap) return { state: 'unknown', why: gap.why ?? 'not-evaluated', span: spanOf(this.uri, gap.at) };
    this.#absent ??= { state: 'absent', owner: this.span };
    return this.#absent;
  }

  /** The text of that value, where it is known: takes less time than its place. */
  says(key: string): string | undefined {
    return this.text.says(key);
  }

  /** What the option makes, the driver of a -device, where that is known. */
  get makes(): string | undefined {
    return this.text.makes;
  }

  /** The value that the option starts with, e.g. the driver of a -device; known under its own key too. */
  get head(): Value<string> {
    this.#head ??= this.#readHead();
    return this.#head;
  }

  #readHead(): Value<string> {
    const { head } = this.text;
    return typeof head === 'string' ? this.value(head) : this.properties[head]!.value;
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
