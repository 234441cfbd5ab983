import { type PropertyFact, propertyName, readProperty } from './property.ts';

type ValuesOf = Parameters<typeof readProperty>[1];

/** The properties of a record by their names. Each is read when somebody asks about it, which is never for most of them. */
export class StoredProperties implements ReadonlyMap<string, PropertyFact> {
  readonly #tokens = new Map<string, string>();
  readonly #read = new Map<string, PropertyFact>();
  readonly #valuesOf: ValuesOf;

  /** @param valuesOf the values of an enumeration that has a name */
  constructor(valuesOf: ValuesOf) {
    this.#valuesOf = valuesOf;
  }

  /** Takes a property as it is stored, in the place of an earlier one of the same name. */
  add(token: string): void {
    this.#tokens.set(propertyName(token), token);
  }

  get size(): number {
    return this.#tokens.size;
  }

  has(name: string): boolean {
    return this.#tokens.has(name);
  }

  get(name: string): PropertyFact | undefined {
    const known = this.#read.get(name);
    if (known) return known;
    const token = this.#tokens.get(name);
    if (token === undefined) return undefined;
    const property = readProperty(token, this.#valuesOf);
    this.#read.set(name, property);
    return property;
  }

  keys(): MapIterator<string> {
    return this.#tokens.keys();
  }

  *values(): MapIterator<PropertyFact> {
    for (const name of this.#tokens.keys()) yield this.get(name)!;
  }

  *entries(): MapIterator<[string, PropertyFact]> {
    for (const name of this.#tokens.keys()) yield [name, this.get(name)!];
  }

  [Symbol.iterator](): MapIterator<[string, PropertyFact]> {
    return this.entries();
  }

  forEach(
    visit: (property: PropertyFact, name: string, all: ReadonlyMap<string, PropertyFact>) => void,
  ): void {
    for (const [name, property] of this.entries()) visit(property, name, this);
  }
}
