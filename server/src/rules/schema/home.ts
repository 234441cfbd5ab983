import { contextOf } from '../../catalogue/schema/context.ts';
import { placesOf } from '../../catalogue/schema/places.ts';
import { children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';

/** Where an element belongs that stands elsewhere. */
export interface Home {
  /** `<target> of <controller>`. */
  readonly words: string;
  /** The element itself, where the domain has exactly one that is meant. */
  readonly element: XmlElement | undefined;
}

/**
 * The one place where libvirt knows an element of this name: within what it stands in (`<node>` beside `<target>`), else
 * anywhere in a domain. undefined where it knows none, or several.
 */
export function homeOf(domain: XmlElement, element: XmlElement): Home | undefined {
  const parent = element.parent;
  if (!parent) return undefined;
  const here = contextOf(parent, false);
  const places = placesOf(element.name.text).filter((place) => place !== here);
  const prefix = here === '' ? '' : `${here}/`;
  const within = prefix === '' ? [] : places.filter((place) => place.startsWith(prefix));
  const [place, other] = within.length > 0 ? within : places;
  if (place === undefined || other !== undefined) return undefined;
  const isWithin = within.length > 0;
  const found = elementsAt(isWithin ? parent : domain, isWithin ? place.slice(prefix.length) : place);
  const fitting = found.filter((each) => each.start < element.start || each.end > element.end);
  return {
    words: place === '' ? '<domain>' : namesIn(place),
    element: fitting.length === 1 ? fitting[0] : undefined,
  };
}

const elementsAt = (from: XmlElement, place: string): XmlElement[] =>
  place
    .split('/')
    .filter((name) => name !== '')
    .reduce<XmlElement[]>((found, name) => found.flatMap((element) => children(element, name)), [from]);

/** The innermost two names of a place, as a reader would say them. */
const namesIn = (place: string): string =>
  place
    .split('/')
    .reverse()
    .slice(0, 2)
    .map((name) => `<${name}>`)
    .join(' of ');
