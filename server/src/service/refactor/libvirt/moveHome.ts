import { grammarOf, schemaVersions } from '../../../catalogue/schema/grammar.ts';
import { allowedElements } from '../../../catalogue/schema/lookup.ts';
import { placesOf } from '../../../catalogue/schema/places.ts';
import type { Change } from '../../../dialects/change.ts';
import { mayGainChildren } from '../../../dialects/libvirt/templates.ts';
import { homeOf } from '../../../rules/schema/home.ts';
import { child, childElements, children, descendants } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { contains } from '../../../text/span.ts';
import { type LibvirtPlace, type Proposal, proposeChanges } from '../refactoring.ts';

/** Elements whose children are a list: one more of a name is none too many. */
const LISTS: ReadonlySet<string> = new Set([
  'cputune',
  'devices',
  'distances',
  'iothreadids',
  'numa',
  'numatune',
  'oemStrings',
]);

/** Moves an element that libvirt does not look for where it stands to the one place where it does. */
export function moveHome(place: LibvirtPlace): Proposal[] {
  const { domain } = place.variant;
  const element = [...descendants(domain)].findLast(({ name }) => contains(name, place.range));
  if (!element?.parent || isLookedFor(element, element.parent)) return [];
  const found = homeOf(domain, element);
  if (!found) return [];
  const name = element.name.text;
  const title = (parent: string): string => `Move <${name}> into <${parent}>, where libvirt reads it`;
  const home = found.element;
  if (!home) {
    const made = homeToMake(domain, element);
    return made ? proposeChanges(place, title(made.name), 'nothing', made.changes) : [];
  }
  if (children(home, name).length > 0 && !LISTS.has(home.name.text)) return [];
  return proposeChanges(place, title(home.name.text), 'nothing', [{ op: 'move-element', element, to: home }]);
}

/** A part of the domain that is not there yet, with the element in it; for one that has nothing but attributes. */
function homeToMake(
  domain: XmlElement,
  element: XmlElement,
): { readonly name: string; readonly changes: readonly Change[] } | undefined {
  if (mayGainChildren(domain)) return undefined;
  const [name, another] = placesOf(element.name.text);
  if (!name || another !== undefined || name.includes('/') || child(domain, name)) return undefined;
  const attributes = Object.fromEntries(
    element.attributes.map((each) => [each.name.text, each.value?.text ?? '']),
  );
  if (element.children.length > 0 || element.attributes.some(({ value }) => !value)) return undefined;
  const template = { name, children: [{ name: element.name.text, attributes }] };
  const before = element.parent === domain ? element : undefined;
  const after = childElements(domain).findLast((each) => each !== before && each.end <= element.start);
  return {
    name,
    changes: [
      { op: 'add-element', parent: domain, template, ...(after ? { after } : {}) },
      { op: 'remove-element', element },
    ],
  };
}

const isLookedFor = (element: XmlElement, parent: XmlElement): boolean =>
  schemaVersions().some((version) => allowedElements(grammarOf(version), parent).has(element.name.text));
