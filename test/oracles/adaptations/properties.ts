/** A value as JSON has it; the key=value form knows text only. */
export type PropertyValue = string | number | boolean | null | readonly PropertyValue[];

interface Entry {
  readonly key: string;
  readonly value: PropertyValue;
  /** The word as it stood where it had no `=`: the first one stands for a key, a later one is a switch. */
  readonly bare?: string;
}

/**
 * The properties of one option argument, in either of QEMU's forms: `driver,key=value` (where `,,` is a comma) or a
 * JSON object, whose nested objects are read as dotted keys. What is not touched is written as it was.
 */
export class Properties {
  private constructor(
    private readonly json: boolean,
    private entries: Entry[],
  ) {}

  /** `implied` is the key that a first bare word stands for. Undefined for JSON that does not parse. */
  static parse(text: string, implied: string): Properties | undefined {
    if (text.startsWith('{')) {
      const object = parseObject(text);
      return object && new Properties(true, flatten(object));
    }
    return new Properties(
      false,
      splitItems(text).map((item, index) => readItem(item, index, implied)),
    );
  }

  /** The last value of a key as text, as the last one counts; undefined where the key is not there. */
  get(key: string): string | undefined {
    const value = this.entries.findLast((entry) => entry.key === key)?.value;
    return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
  }

  has(key: string): boolean {
    return this.entries.some((entry) => entry.key === key);
  }

  keys(): string[] {
    return this.entries.map((entry) => entry.key);
  }

  /** All values of a key, as some keys add up instead of the last one counting. */
  all(key: string): PropertyValue[] {
    return this.entries.filter((entry) => entry.key === key).map((entry) => entry.value);
  }

  /** Gives the key this value, once: at its first place, or at the end where it was not there. */
  set(key: string, value: PropertyValue): void {
    const place = this.entries.findIndex((entry) => entry.key === key);
    if (place < 0) {
      this.entries.push({ key, value });
      return;
    }
    const impliedKey = place === 0 && this.entries[0]!.bare !== undefined;
    this.entries[place] = { key, value, ...(impliedKey ? { bare: String(value) } : {}) };
    this.entries = this.entries.filter((entry, index) => index <= place || entry.key !== key);
  }

  /** Says no to a switch, in the form that the option has. */
  turnOff(key: string): void {
    this.set(key, this.json ? false : 'off');
  }

  remove(...keys: readonly string[]): void {
    this.removeWhere((key) => keys.includes(key));
  }

  removeWhere(unwanted: (key: string) => boolean): void {
    this.entries = this.entries.filter((entry) => !unwanted(entry.key));
  }

  toString(): string {
    if (this.json) return JSON.stringify(unflatten(this.entries));
    return this.entries.map(writeItem).join(',');
  }
}

/** QEMU reads from the left: a doubled comma is a comma, a single one ends the item. */
function splitItems(text: string): string[] {
  const items: string[] = [];
  let item = '';
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== ',') {
      item += text[index];
    } else if (text[index + 1] === ',') {
      item += ',';
      index++;
    } else {
      items.push(item);
      item = '';
    }
  }
  return [...items, item];
}

function readItem(item: string, index: number, implied: string): Entry {
  const equals = item.indexOf('=');
  if (equals >= 0) return { key: item.slice(0, equals), value: item.slice(equals + 1) };
  if (index === 0 && implied !== '') return { key: implied, value: item, bare: item };
  return { key: item, value: 'on', bare: item };
}

function writeItem({ key, value, bare }: Entry): string {
  if (bare !== undefined) return bare.replaceAll(',', ',,');
  const text = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
  return `${key}=${text.replaceAll(',', ',,')}`;
}

type JsonObject = { [key: string]: PropertyValue | JsonObject };

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function flatten(object: JsonObject, prefix = ''): Entry[] {
  return Object.entries(object).flatMap(([name, value]) =>
    isObject(value) ? flatten(value, `${prefix}${name}.`) : [{ key: prefix + name, value }],
  );
}

function unflatten(entries: readonly Entry[]): JsonObject {
  const root: JsonObject = {};
  for (const { key, value } of entries) {
    const path = key.split('.');
    const last = path.pop()!;
    let place = root;
    for (const name of path) {
      const known = place[name];
      const inner = isObject(known) ? known : {};
      place[name] = inner;
      place = inner;
    }
    place[last] = value;
  }
  return root;
}
