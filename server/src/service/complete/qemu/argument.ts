import { scanKeyval } from '../../../dialects/qemu/properties.ts';
import { jsonPlace } from './json.ts';

/** What is written at an offset of an option's argument: offsets are into the argument. */
export interface ArgumentPlace {
  /** `head` is the first value, which goes without its key: the driver of a -device. */
  readonly role: 'head' | 'key' | 'value';
  /** The key that the value belongs to; '' where the option has none for its first value. */
  readonly key: string;
  /** What is replaced. */
  readonly start: number;
  readonly end: number;
  /** Keys that stand elsewhere in the argument. */
  readonly given: ReadonlySet<string>;
  /** Stands around a name or value in this form. */
  readonly form: 'keyval' | 'json-string' | 'json-bare';
  /** The key's `=` or `:` is there already. */
  readonly joined: boolean;
}

/**
 * @param implied the key of a first bare value, '' where the option has none
 */
export function placeInArgument(text: string, at: number, implied: string): ArgumentPlace | undefined {
  if (/^\s*\{/.test(text)) return jsonPlace(text, at);
  // With a letter at the offset: nothing between two commas would read as one comma in a value.
  const properties = scanKeyval(`${text.slice(0, at)}x${text.slice(at)}`, implied);
  const here = properties.find(({ start, end }) => start <= at && at < end);
  if (!here) return undefined;
  const given = new Set(properties.filter((property) => property !== here).map(({ key }) => key));
  const { key, form, start, valueStart } = here;
  const place = { given, form: 'keyval', joined: false, start, end: here.end - 1 } as const;
  if (form === 'implied') return { ...place, role: 'head', key: implied };
  if (form === 'flag') return { ...place, role: 'key', key };
  if (at < valueStart) return { ...place, role: 'key', key, end: valueStart - 2, joined: true };
  return { ...place, role: 'value', key, start: valueStart };
}
