import { scanJson } from './jsonProperties.ts';
import { type OptionShape, optionShape } from './optionTable.ts';
import { decode, type PropertyText, scanKeyval } from './properties.ts';
import { UNKNOWN } from './word.ts';

/** A property as text: what it is called and says, and where that stands in the argument. */
export interface PropertyContent extends PropertyText {
  /** Without doubled commas or JSON escapes, `on` for a bare flag; undefined where it is not known or not readable. */
  readonly plain: string | undefined;
}

let nextSerial = 0;

/**
 * All that follows from the name of an option and the text of its argument, wherever it stands. The same object for the
 * same text, in whatever document and at whatever time, so that what rules conclude from it can be kept with it
 * (values/oncePer) and holds until somebody changes the option.
 */
export class OptionText {
  /** No other text has this number. */
  readonly serial = nextSerial++;
  /** Without dashes. */
  readonly name: string;
  readonly shape: OptionShape | undefined;
  readonly json: boolean;
  /** True where a part of the argument is not known. */
  readonly open: boolean;
  readonly properties: readonly PropertyContent[];
  /** The key of what the option begins with, or where that stands. */
  readonly head: string | 0;
  readonly #places = new Map<string, number>();

  constructor(name: string, argument: string | undefined) {
    this.name = name;
    this.shape = optionShape(name);
    this.json = argument !== undefined && /^\s*\{/.test(argument);
    this.open = argument?.includes(UNKNOWN) ?? false;
    this.properties =
      argument !== undefined && typeof this.shape === 'object'
        ? propertiesIn(argument, this.shape.implied, this.json)
        : [];
    this.head = headIn(this);
    for (let place = 0; place < this.properties.length; place++) {
      const { key } = this.properties[place]!;
      if (key !== 'id' || this.json || !this.#places.has('id')) this.#places.set(key, place);
    }
  }

  /** Which of the properties of that key counts: the last one, but of `id` the first (util/qemu-option.c: opts_parse_id). */
  placeOf(key: string): number | undefined {
    return this.#places.get(key);
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  /** The text of the property that counts. */
  says(key: string): string | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.properties[place]!.plain;
  }

  /** Whether the option begins with what it makes, known or not. */
  get hasHead(): boolean {
    return this.head === 0 || this.has(this.head);
  }

  /** What the option makes, the driver of a -device, where that is known. */
  get makes(): string | undefined {
    return this.head === 0 ? this.properties[0]!.plain : this.says(this.head);
  }
}

function headIn({ name, shape, json, properties }: OptionText): string | 0 {
  // A CPU has a property of the name under which its model is kept: `-cpu max,model=15`.
  if (name === 'cpu' && properties[0]?.form === 'implied') return 0;
  if (name === 'object' && json) return 'qom-type';
  return typeof shape === 'object' ? shape.implied : '';
}

function propertiesIn(argument: string, implied: string, json: boolean): readonly PropertyContent[] {
  const out: PropertyContent[] = [];
  for (const text of json ? scanJson(argument).properties : scanKeyval(argument, implied)) {
    if (text.key.includes(UNKNOWN)) continue;
    const { key, start, end, valueStart, valueEnd, form } = text;
    out.push({ key, start, end, valueStart, valueEnd, form, plain: plainIn(argument, text) });
  }
  return out;
}

function plainIn(argument: string, { form, valueStart, valueEnd }: PropertyText): string | undefined {
  if (form === 'flag') return 'on';
  const raw = argument.slice(valueStart, valueEnd);
  return raw.includes(UNKNOWN) ? undefined : decode(raw, form);
}

/** More than the documents at hand have, which say much the same; each takes about a kilobyte. */
const MOST = 4_096;

/** By the name of the option and its argument: two short questions take less time than one for both together. */
const known = new Map<string, Map<string | undefined, OptionText>>();
let count = 0;

/** @param argument as QEMU receives it, with UNKNOWN for what cannot be known; undefined where there is none */
export function optionText(name: string, argument: string | undefined): OptionText {
  const before = known.get(name)?.get(argument);
  if (before) return before;
  if (count >= MOST) forgetAll();
  const own = argument === undefined ? undefined : ownCopy(argument);
  const text = new OptionText(ownCopy(name), own);
  const ofName = known.get(name) ?? new Map<string | undefined, OptionText>();
  ofName.set(own, text);
  known.set(text.name, ofName);
  count++;
  return text;
}

function forgetAll(): void {
  known.clear();
  count = 0;
}

/** What is cut from a document keeps all of it in memory. */
const ownCopy = (text: string): string => ` ${text}`.slice(1);
