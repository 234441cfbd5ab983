import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type Span, spanOf, type Uri } from '../../text/span.ts';
import { type IndexSet, parseIndexSet } from '../../values/indexSet.ts';

/** Where a finding about an attribute goes: its value, all of it where the value is empty, else the element's name. */
export function placeOfAttribute(uri: Uri, element: XmlElement, name: string): Span {
  const found = attribute(element, name);
  const value = found?.value;
  return spanOf(uri, value && value.start < value.end ? value : (found ?? element.name));
}

/** Why a list of CPUs or nodes is none, as libvirt says it; undefined for one that may be. */
export function emptyListRefusal(element: XmlElement, name: string): string | undefined {
  const text = attribute(element, name)?.value?.text;
  if (text?.trim() === '') return `Failed to parse bitmap '${text}'`;
  // Only a list that takes numbers away can have none left.
  if (!text?.includes('^') || isPlaceholder(text)) return undefined;
  return parseIndexSet(text)?.isEmpty ? `Invalid value of '${name}': ${text}` : undefined;
}

/** The union of the lists that can be read; undefined where there is none. */
export function unionOf(elements: readonly XmlElement[], name: string): IndexSet | undefined {
  const sets = elements
    .map((element) => parseIndexSet(attribute(element, name)?.value?.text ?? ''))
    .filter((set) => set !== undefined);
  return sets.length > 0 ? sets.reduce((all, set) => all.union(set)) : undefined;
}
