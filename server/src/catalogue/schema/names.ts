import type { XmlElement } from '../../syntax/xml/tree.ts';

/** The namespaces that prefixes stand for; '' is the default one. */
export type Scope = ReadonlyMap<string, string>;

export const NO_NAMESPACES: Scope = new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]);

/** True for `xmlns` and `xmlns:prefix`, which declare namespaces and are no attributes to a schema. */
export const declaresNamespace = (name: string): boolean => name === 'xmlns' || name.startsWith('xmlns:');

/** The namespaces within an element. */
export function scopeOf(element: XmlElement, outer: Scope): Scope {
  let scope: Map<string, string> | undefined;
  for (const { name, value } of element.attributes) {
    if (!declaresNamespace(name.text)) continue;
    scope ??= new Map(outer);
    scope.set(name.text.slice('xmlns:'.length), value?.text ?? '');
  }
  return scope ?? outer;
}

/** The name of an element as a schema has it: `{namespace}local`. */
export function qualified(name: string, scope: Scope): string {
  const colon = name.indexOf(':');
  const uri = scope.get(colon < 0 ? '' : name.slice(0, colon));
  return uri ? `{${uri}}${name.slice(colon + 1)}` : name;
}

/** The same of an attribute: without a prefix it has no namespace, whatever the element's is. */
export const qualifiedAttribute = (name: string, scope: Scope): string =>
  name.includes(':') ? qualified(name, scope) : name;
