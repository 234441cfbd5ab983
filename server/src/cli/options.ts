import { parseArgs } from 'node:util';
import { mostSimilar } from '../values/similar.ts';

/** A command line that says nothing we can do. The message names the mistake and the remedy. */
export class UsageError extends Error {}

export type Shape = 'boolean' | 'string';

/** @throws UsageError where a path is given to a command that takes none */
export function demandNoPaths([first]: readonly string[]): void {
  if (first !== undefined) throw new UsageError(`${first} is not expected here`);
}

/** Given options; those without a value hold the empty string. The last one of a name wins. */
export type Values = ReadonlyMap<string, string>;

const SHORT: Readonly<Record<string, string>> = { help: 'h', version: 'V', output: 'o' };

/** parseArgs() splits; what its strict mode would refuse is refused here, in plainer words. */
export function readOptions(
  args: readonly string[],
  shapes: Record<string, Shape>,
): { values: Values; paths: string[] } {
  const all: Record<string, Shape> = { ...shapes, help: 'boolean', version: 'boolean' };
  const options = Object.fromEntries(
    Object.entries(all).map(([name, type]) => {
      return [name, { type, ...(SHORT[name] ? { short: SHORT[name] } : {}) }];
    }),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string>();
  const paths: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') paths.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const shape = Object.hasOwn(all, name) ? all[name] : undefined;
    if (!shape)
      throw new UsageError(`there is no option ${rawName}${didYouMean(name, Object.keys(all), '--')}`);
    if (shape === 'boolean' && value !== undefined) throw new UsageError(`${rawName} takes no value`);
    // A path that begins with a dash can be given as --config=-x.
    if (shape === 'string' && (!value || (!inlineValue && value.startsWith('-')))) {
      throw new UsageError(`${rawName} needs a value`);
    }
    values.set(name, value ?? '');
  }
  return { values, paths };
}

/** The value of an option that takes one of few. @throws UsageError for any other */
export function choice<T extends string>(values: Values, name: string, allowed: readonly T[]): T | undefined {
  const value = values.get(name);
  if (value === undefined) return undefined;
  const found = allowed.find((candidate) => candidate === value);
  if (!found) throw new UsageError(`--${name} is one of ${allowed.join(', ')}, not ${value}`);
  return found;
}

/** The end of a message that names an unknown word; empty where no known one is similar. */
export function didYouMean(word: string, known: readonly string[], mark = ''): string {
  const similar = mostSimilar(word, known);
  return similar ? `; did you mean ${mark}${similar}?` : '';
}
