import { type Grammar, grammarOf, schemaVersions } from '../../../catalogue/schema/grammar.ts';
import { acceptsText } from '../../../catalogue/schema/leaves.ts';
import {
  declaresNamespace,
  NO_NAMESPACES,
  qualified,
  qualifiedAttribute,
  type Scope,
  scopeOf,
} from '../../../catalogue/schema/names.ts';
import type { ElementPattern, Pattern } from '../../../catalogue/schema/pattern.ts';
import { atLeast, parseVersion, type Target } from '../../../guest/target.ts';
import { childElements } from '../../../syntax/xml/query.ts';
import type { XmlAttribute, XmlElement } from '../../../syntax/xml/tree.ts';

/** The schema of the libvirt that is meant: the newest one known that is not newer. */
export function schemaFor({ libvirt }: Target): Grammar {
  const versions = schemaVersions();
  const fitting = versions.findLast((version) => !libvirt || atLeast(libvirt, parseVersion(version)!));
  return grammarOf(fitting ?? versions[0]!);
}

/** From the domain down to an element; undefined for one that is in no domain. */
export function domainPath(element: XmlElement): XmlElement[] | undefined {
  const path: XmlElement[] = [];
  for (let at: XmlElement | undefined = element; at?.parent; at = at.parent) path.unshift(at);
  const domain = path.findIndex(({ name }) => name.text === 'domain');
  const isDescription = path.slice(0, domain).some(({ name }) => /capabilities$/i.test(name.text));
  return domain < 0 || isDescription ? undefined : path.slice(domain);
}

export function scopeAlong(path: readonly XmlElement[]): Scope {
  return path.reduce<Scope>((scope, element) => scopeOf(element, scope), NO_NAMESPACES);
}

/** What an element can be, where what stands in it half typed is forgiven. */
export function patternsFor(grammar: Grammar, path: readonly XmlElement[]): readonly ElementPattern[] {
  const { deriver } = grammar;
  let scope: Scope = NO_NAMESPACES;
  let here: readonly ElementPattern[] = [];
  for (const [i, element] of path.entries()) {
    const within =
      i === 0
        ? [grammar.start]
        : here.map((pattern) => afterAttributes(grammar, pattern, path[i - 1]!, scope));
    scope = scopeOf(element, scope);
    const name = qualified(element.name.text, scope);
    here = [...new Set(within.flatMap((pattern) => deriver.leavesOf(pattern).elements(name)))];
  }
  const last = path.at(-1);
  if (!last || here.length < 2) return here;
  // Of several kinds of devices the one counts that the attributes tell.
  const counts = here.map((pattern) => misfits(grammar, pattern, last, scope));
  const fewest = Math.min(...counts);
  return here.filter((_, i) => counts[i] === fewest);
}

/** What is left of a pattern when an element's attributes are read, those aside that do not fit. */
export function afterAttributes(
  grammar: Grammar,
  { content }: ElementPattern,
  element: XmlElement,
  scope: Scope,
  except?: XmlAttribute,
): Pattern {
  let rest = content;
  for (const attribute of element.attributes) {
    if (attribute !== except) rest = afterAttribute(grammar, rest, attribute, scope) ?? rest;
  }
  return rest;
}

function afterAttribute(
  grammar: Grammar,
  pattern: Pattern,
  { name, value }: XmlAttribute,
  scope: Scope,
): Pattern | undefined {
  const { deriver, patterns } = grammar;
  if (declaresNamespace(name.text)) return undefined;
  const leaves = deriver.leavesOf(pattern).attributes(qualifiedAttribute(name.text, scope));
  const text = value?.text ?? '';
  const fitting = leaves.filter((leaf) => acceptsText(leaf.content, text));
  if (leaves.length === 0) return undefined;
  const rest = deriver.afterAttribute(pattern, deriver.found(fitting.length > 0 ? fitting : leaves));
  return rest === patterns.nothing ? undefined : rest;
}

function misfits(grammar: Grammar, { content }: ElementPattern, element: XmlElement, scope: Scope): number {
  let rest = content;
  let count = 0;
  for (const attribute of element.attributes) {
    if (declaresNamespace(attribute.name.text)) continue;
    const leaves = grammar.deriver.leavesOf(rest).attributes(qualifiedAttribute(attribute.name.text, scope));
    const fits = leaves.some((leaf) => acceptsText(leaf.content, attribute.value?.text ?? ''));
    if (!fits) count++;
    rest = afterAttribute(grammar, rest, attribute, scope) ?? rest;
  }
  return count;
}

/**
 * The elements that can stand in a parent at an offset, with those that stand there already: what may stand once
 * and does is not among them, nor what has to come before or behind.
 * @param renamed the element at the offset, where it stands there already
 */
export function elementsAt(
  grammar: Grammar,
  path: readonly XmlElement[],
  offset: number,
  renamed?: XmlElement,
): ReadonlyMap<string, readonly ElementPattern[]> {
  const { deriver, patterns } = grammar;
  const parent = path.at(-1)!;
  const scope = scopeAlong(path);
  const children = childElements(parent).filter((child) => child !== renamed);
  const names = (some: readonly XmlElement[]): string[] =>
    some.map((child) => qualified(child.name.text, scopeOf(child, scope)));
  const before = names(children.filter(({ start }) => start < offset));
  const behind = names(children.filter(({ start }) => start >= offset));
  const found = new Map<string, readonly ElementPattern[]>();
  for (const pattern of patternsFor(grammar, path)) {
    const open = deriver.forgivingAttributes(afterAttributes(grammar, pattern, parent, scope));
    const rest = before.reduce((left, name) => step(left, name) ?? left, open);
    const homeless = countHomeless(rest, behind);
    for (const name of deriver.leavesOf(rest).elementNames) {
      const next = step(rest, name);
      if (next === undefined || found.has(name) || countHomeless(next, behind) > homeless) continue;
      found.set(name, deriver.leavesOf(rest).elements(name));
    }
  }
  return found;

  function step(pattern: Pattern, name: string): Pattern | undefined {
    const leaves = deriver.leavesOf(pattern).elements(name);
    if (leaves.length === 0) return undefined;
    const rest = deriver.after(pattern, deriver.found(leaves));
    return rest === patterns.nothing ? undefined : rest;
  }

  /** How many elements have no place in what is left of a pattern. */
  function countHomeless(pattern: Pattern, names: readonly string[]): number {
    let rest = pattern;
    let count = 0;
    for (const name of names) {
      const next = step(rest, name);
      if (next === undefined) count++;
      else rest = next;
    }
    return count;
  }
}
