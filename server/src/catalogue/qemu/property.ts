/** A property of a device, object, machine …, or a member of an option such as -netdev. */
export interface PropertyFact {
  readonly name: string;
  /**
   * QEMU's own word: `bool`, `uint32`, `size`, `str`, `OnOffAuto`, `link<iothread>`; `[str]` for a list; `obj` and
   * `alt` for what has a form of its own; `enum` where only the values tell.
   */
  readonly type: string;
  /** As JSON has it. Undefined where QEMU tells none. */
  readonly default?: unknown;
  /** All that is taken, where the type is an enumeration and its values are known. */
  readonly values?: readonly string[];
  readonly required: boolean;
  readonly deprecated: boolean;
}

/** Whether what a token of a record speaks of has to be given. */
export const isRequired = (token: string): boolean => /^[^:]*!\??:/.test(token);

/** What a token of a record speaks of. */
export function propertyName(token: string): string {
  let end = token.indexOf(':');
  if (token[end - 1] === '?') end--;
  if (token[end - 1] === '!') end--;
  return token.slice(0, end);
}

/**
 * Reads a token of a record: `queues:uint16=1`, `id!:str`, `policy:{default|bind}`.
 * @param valuesOf the values of an enumeration that has a name
 */
export function readProperty(
  token: string,
  valuesOf: (type: string) => readonly string[] | undefined,
): PropertyFact {
  const colon = token.indexOf(':');
  let end = colon;
  const deprecated = token[end - 1] === '?';
  if (deprecated) end--;
  const required = token[end - 1] === '!';
  if (required) end--;
  const equals = token.indexOf('=', colon);
  const written = token.slice(colon + 1, equals < 0 ? undefined : equals);
  const isList = written.startsWith('[');
  const listed = readValues(isList ? written.slice(1, -1) : written);
  const values = listed ?? valuesOf(written);
  return {
    name: token.slice(0, end),
    type: listed ? (isList ? '[enum]' : 'enum') : written,
    ...(equals < 0 ? {} : { default: JSON.parse(token.slice(equals + 1)) as unknown }),
    ...(values ? { values } : {}),
    required,
    deprecated,
  };
}

/** `{on|off}`; accelerators leave out the braces. */
function readValues(type: string): readonly string[] | undefined {
  if (type.startsWith('{')) return type.slice(1, -1).split('|');
  return type.includes('|') ? type.split('|') : undefined;
}
