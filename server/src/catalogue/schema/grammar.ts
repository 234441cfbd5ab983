import { libvirtSchema } from '../data/libvirtSchema.ts';
import { type Datatype, dataType, type Facets, valueType } from './datatype.ts';
import { Deriver } from './derive.ts';
import { type Pattern, Patterns } from './pattern.ts';

/**
 * A pattern as it is stored (scripts/lib/catalogue/libvirt/relaxng.mjs): `"@define"`, `"=value"`, `"text"`, `"empty"`,
 * or a list that starts with what it is.
 */
type Stored = string | readonly [string, ...(Stored | null)[]];

/** What a define stands for; undefined where the schema has none of that name. */
type Defines = (name: string) => readonly Stored[] | undefined;

/** One version of the schema, ready to be matched. */
export interface Grammar {
  readonly start: Pattern;
  readonly patterns: Patterns;
  readonly deriver: Deriver;
}

/** The stored versions, the newest first: what each says of a define, as JSON. */
type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>;

let sections: Sections | undefined;
const stored = (): Sections => {
  sections ??= new Map(libvirtSchema.split(/^= /m).slice(1).map(readSection));
  return sections;
};

function readSection(text: string): [version: string, defines: Map<string, string>] {
  const [version, ...lines] = text.trim().split('\n');
  const defines = new Map<string, string>();
  for (const line of lines) {
    const blank = line.indexOf(' ');
    defines.set(line.slice(0, blank), line.slice(blank + 1));
  }
  return [version!, defines];
}

/** What a version says of its own, and the newest one where it is silent. */
function definesOf(version: string): Defines {
  const [newest] = stored().values();
  const own = stored().get(version)!;
  return (name) => {
    const json = own.get(name) ?? newest!.get(name);
    return json === undefined ? undefined : ((JSON.parse(json) as readonly Stored[] | null) ?? undefined);
  };
}

const grammars = new Map<string, Grammar>();

/** More than any honest documents need; beyond it the grammar is made anew, so that a long session cannot fill the memory. */
const MOST_PATTERNS = 300_000;

/** The versions whose schema is known, the oldest first. */
export function schemaVersions(): readonly string[] {
  const [newest, ...older] = stored().keys();
  return [...older, newest!];
}

/**
 * The schema of a version.
 * @param version one of `schemaVersions`
 */
export function grammarOf(version: string): Grammar {
  const known = grammars.get(version);
  if (known && known.patterns.size < MOST_PATTERNS) return known;
  const grammar = compile(definesOf(version));
  grammars.set(version, grammar);
  return grammar;
}

/** Makes the patterns of a schema that is not among the stored ones. */
export const compileGrammar = (defines: Readonly<Record<string, unknown>>): Grammar =>
  compile((name) => defines[name] as readonly Stored[] | undefined);

function compile(defines: Defines): Grammar {
  const patterns = new Patterns();
  const made = new Map<string, Pattern>();

  const define = (name: string): Pattern => {
    let pattern = made.get(name);
    if (!pattern) {
      const body = defines(name);
      if (!body) throw new Error(`the schema lacks ${name}`);
      pattern = all(body);
      made.set(name, pattern);
    }
    return pattern;
  };

  const each = (bodies: readonly (Stored | null)[]): Pattern[] => {
    const made: Pattern[] = [];
    for (const body of bodies) if (body !== null) made.push(one(body));
    return made;
  };

  const all = (bodies: readonly (Stored | null)[]): Pattern => patterns.group(each(bodies));

  const one = (body: Stored): Pattern => {
    if (typeof body === 'string') {
      if (body.startsWith('@')) return define(body.slice(1));
      if (body.startsWith('=')) return patterns.text(valueType(body.slice(1)));
      return body === 'text' ? patterns.anyText : patterns.empty;
    }
    const sign = body[0];
    const rest = body.slice(1);
    switch (sign) {
      case 'e':
        return patterns.element(nameOf(rest), () => all(contentOf(rest)));
      case 'a':
        return patterns.attribute(nameOf(rest), () => {
          const content = contentOf(rest);
          return content.length === 0 ? patterns.anyText : all(content);
        });
      case 'd':
        return patterns.text(data(rest));
      case '?':
        return patterns.optional(all(rest));
      case '*':
        return patterns.optional(patterns.many(all(rest)));
      case '+':
        return patterns.many(all(rest));
      case '|':
        return patterns.choice(each(rest));
      case '&':
        return patterns.interleave(each(rest));
      case ',':
        return all(rest);
      case 'notAllowed':
        return patterns.nothing;
      default:
        throw new Error(`the schema has ${sign}, which is not understood`);
    }
  };

  return { start: define('$start'), patterns, deriver: new Deriver(patterns) };
}

/** The name of an element or attribute, undefined where it may be any. */
function nameOf(rest: readonly (Stored | null)[]): string | undefined {
  const name = rest[0];
  if (typeof name === 'string') return name;
  const nameClass = rest[1];
  if (!Array.isArray(nameClass) || nameClass[0] !== 'anyName')
    throw new Error('a class of names is not understood');
  return undefined;
}

/** What stands in it. */
const contentOf = (rest: readonly (Stored | null)[]): readonly (Stored | null)[] =>
  rest.slice(typeof rest[0] === 'string' ? 1 : 2);

function data([type, ...facets]: readonly (Stored | null)[]): Datatype {
  const named: Record<string, string> = {};
  const except: Datatype[] = [];
  for (const facet of facets) {
    if (!Array.isArray(facet)) continue;
    if (facet[0] === 'except') except.push(...exceptions(facet.slice(1) as Stored[]));
    else named[facet[0]] = String(facet[1]);
  }
  return dataType(String(type), named as Facets, except);
}

const exceptions = (bodies: readonly Stored[]): Datatype[] =>
  bodies.flatMap((body) =>
    typeof body === 'string' ? [valueType(body.slice(1))] : exceptions(body.slice(1) as Stored[]),
  );
