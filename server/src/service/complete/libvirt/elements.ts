import type { Grammar } from '../../../catalogue/schema/grammar.ts';
import type { Scope } from '../../../catalogue/schema/names.ts';
import { isClosed } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { type Completion, completion } from '../completion.ts';
import { documentation, namesOf } from './draft.ts';
import { elementsAt, scopeAlong } from './schema.ts';
import { fill, type XmlSite } from './site.ts';
import { skeleton } from './skeleton.ts';

/** How the `<` of a new element is written. */
export interface Opening {
  /** It stands before the name already, and so belongs to what is replaced. */
  readonly typed: boolean;
  /** The element that gets another name; the rest of it is there. */
  readonly renamed?: XmlElement | undefined;
}

/** The elements that can stand at an offset in the last element of a path, each with what it cannot do without. */
export function completeElements(
  grammar: Grammar,
  path: readonly XmlElement[],
  offset: number,
  site: XmlSite,
  { typed, renamed }: Opening,
): Completion[] {
  const scope = scopeAlong(path);
  const parent = path.at(-1)!;
  const names = namesOf(path);
  return [...elementsAt(grammar, path, offset, renamed)].flatMap(([qualified, [pattern]]) => {
    const name = prefixed(qualified, scope);
    if (name === undefined || !pattern) return [];
    const about = documentation([...names, name], undefined);
    const template = skeleton(grammar, parent.name.text, name, pattern);
    return [
      completion({
        label: name,
        kind: 'element',
        range: site.range,
        insertion: renamed ? [name] : fill(template.replaceAll(qualified, name), site),
        filterText: typed && !renamed ? `<${name}` : name,
        documentation: about,
        rank: about ? 1 : 2,
      }),
    ];
  });
}

/** A name of the schema as the document writes it; undefined where it declares no prefix for the namespace. */
function prefixed(name: string, scope: Scope): string | undefined {
  const match = /^\{(.*)\}(.*)$/.exec(name);
  if (!match) return name;
  for (const [prefix, uri] of scope)
    if (uri === match[1]) return prefix === '' ? match[2] : `${prefix}:${match[2]}`;
  return undefined;
}

/**
 * The closing tag of what is open.
 * @param typed what of it stands there
 */
export function completeClosing(
  parent: XmlElement,
  site: XmlSite,
  typed: '' | '<' | '</',
  isLast: boolean,
): Completion[] {
  const name = parent.name.text;
  if (!parent.parent || (typed !== '</' && isClosed(parent))) return [];
  const text = `</${name}${isLast ? '>' : ''}`;
  return [
    completion({
      label: `</${name}>`,
      kind: 'closing-tag',
      range: site.range,
      insertion: [text],
      filterText: typed === '' ? `/${name}` : text,
      rank: 0,
    }),
  ];
}
