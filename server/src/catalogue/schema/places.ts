import { type Grammar, grammarOf, schemaVersions } from './grammar.ts';
import type { ElementPattern } from './pattern.ts';

/** How deep the names of a domain say where they belong; below are names such as `source`, which stand everywhere. */
const DEPTH = 4;

let places: Map<string, Set<string>> | undefined;

/**
 * The elements of a domain in which an element of this name may stand, as `cpu/numa`, '' for the domain itself; by the
 * newest schema, the nearest to the domain first.
 */
export function placesOf(name: string): readonly string[] {
  if (!places) {
    places = new Map();
    const grammar = grammarOf(schemaVersions().at(-1)!);
    const domain = grammar.deriver.leavesOf(grammar.start).elements('domain');
    collect(grammar, domain, [], places);
  }
  return [...(places.get(name) ?? [])];
}

function collect(
  grammar: Grammar,
  patterns: readonly ElementPattern[],
  path: readonly string[],
  into: Map<string, Set<string>>,
): void {
  if (path.length >= DEPTH) return;
  const { deriver } = grammar;
  const here = patterns.map(({ content }) => deriver.leavesOf(content));
  const names = new Set(here.flatMap((leaves) => [...leaves.elementNames]));
  for (const name of names) {
    const known = into.get(name) ?? new Set();
    into.set(name, known.add(path.join('/')));
  }
  for (const name of names) {
    const inner = [...new Set(here.flatMap((leaves) => leaves.elements(name)))];
    collect(grammar, inner, [...path, name], into);
  }
}
