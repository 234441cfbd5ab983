import { isPlaceholder } from '../dialects/libvirt/values.ts';
import { atLeast, type Version } from '../guest/target.ts';
import { attribute, child, textOf } from '../syntax/xml/query.ts';
import type { XmlElement } from '../syntax/xml/tree.ts';
import { groupBy } from '../values/groupBy.ts';
import { oncePer, oncePerPair } from '../values/oncePer.ts';
import type { LibvirtContext } from './define.ts';
import { type Refusal, removeAttribute, removeElement, tellRefusal, writeAttribute } from './refusal.ts';

/**
 * One thing that libvirt does not take in elements of a kind. Texts may name other values of the element in braces,
 * by path: `{target@bus}`; `{value}` is the one at fault.
 */
export interface Unfit {
  /** Where it stands, from the element: `driver@queues`, `source/reservations`, `@sgio`; '' for the element itself. */
  readonly path: string;
  /** Whether the value is refused, where not any is. What says nothing, as 'default', is to be left out. */
  readonly of?: (value: string) => boolean;
  /** Whether it is refused in this element, by what stands in that alone; it is asked only where the path is there. */
  readonly when?: (element: XmlElement) => boolean;
  /** The same where it is decided elsewhere: by the machine, by other devices. */
  readonly within?: (element: XmlElement, context: LibvirtContext) => boolean;
  /** The version that began to refuse it, at the latest, where libvirt 9.0 does not. */
  readonly since?: Version;
  readonly fact: string;
  readonly words: string;
  /** Values to write in its place, before the removal; of an attribute only. */
  readonly instead?: readonly string[];
  /** False where removing it is no cure. */
  readonly removable?: false;
}

/** A table, made when there is an element to hold it against: most are never needed for the guests at hand. */
export type Table = () => readonly Unfit[];

/** Tells of everything in an element that the table does not let it have. */
export function tellUnfit(context: LibvirtContext, element: XmlElement, table: Table): void {
  const { alone, within } = rowsOf(table);
  if (alone) {
    const question = questionOf(alone, context.target.libvirt);
    unlessSound(context, element, question, () => tellPlaces(context, element, alone));
  }
  if (within) tellPlaces(context, element, within);
}

/**
 * Asks about an element, but for one whose text was found sound before: what looks at nothing but the element finds it sound
 * wherever it stands.
 * @param question what is asked
 * @param tell returns whether there was anything to tell
 */
export function unlessSound(
  { domain, wording }: LibvirtContext,
  element: XmlElement,
  question: object,
  tell: () => boolean,
): void {
  // No two domains say the same.
  const answers = element === domain ? undefined : wording.of(element)?.answers;
  if (answers?.get(question) === false) return;
  const told = tell();
  answers?.set(question, told);
}

/** Returns whether there was anything to tell. */
function tellPlaces(context: LibvirtContext, element: XmlElement, { own, inChildren }: Places): boolean {
  let told = own !== undefined && tellRows(context, element, element, own);
  if (inChildren.size === 0) return told;
  for (const node of element.children) {
    if (node.kind !== 'element') continue;
    const name = node.name.text;
    const places = inChildren.get(name);
    // Of several of a name the first is meant.
    if (places && child(element, name) === node) told = tellRows(context, element, node, places) || told;
  }
  return told;
}

/** The same of places in one child of the element, or in the element itself. */
function tellRows(
  context: LibvirtContext,
  element: XmlElement,
  owner: XmlElement,
  places: readonly Place[],
): boolean {
  let told = false;
  for (const { below, attribute, rows } of places) {
    const found = findBelow(owner, below, attribute);
    if (!found) continue;
    for (const row of rows) {
      if (!isUnfit(context, element, row, found)) continue;
      tellRefusal(context, refusalOf(element, row, found));
      told = true;
    }
  }
  return told;
}

/** What rows of one path speak of, from the child on that the path begins with, if it does. */
interface Place {
  readonly below: readonly string[];
  readonly attribute: string | undefined;
  readonly rows: readonly Unfit[];
}

/** The places of rows, by the child that they are in: most elements have few of the children, and many rows speak of one place. */
interface Places {
  /** Those in the element itself. */
  readonly own: readonly Place[] | undefined;
  readonly inChildren: ReadonlyMap<string, readonly Place[]>;
}

/** Rows that an element answers by itself, and those for which others count; undefined where there are none. */
const rowsOf = oncePer((table: Table) => {
  const rows = table();
  return {
    alone: placesIn(rows.filter(({ within }) => !within)),
    within: placesIn(rows.filter(({ within }) => within)),
  };
});

function placesIn(table: readonly Unfit[]): Places | undefined {
  if (table.length === 0) return undefined;
  const byPath = groupBy(table, ({ path }) => path);
  const inChildren = new Map<string, Place[]>();
  for (const [path, rows] of byPath) {
    const { elements, attribute } = pathOf(path);
    const [name = '', ...below] = elements;
    const place = { below, attribute, rows };
    const others = inChildren.get(name);
    if (others) others.push(place);
    else inChildren.set(name, [place]);
  }
  const own = inChildren.get('');
  inChildren.delete('');
  return { own, inChildren };
}

/** Whether the rows have anything to tell: under this it is kept with the texts of elements that are sound. */
const questionOf = oncePerPair((_rows: Places, _libvirt: Version | undefined) => ({}));

function isUnfit(context: LibvirtContext, element: XmlElement, row: Unfit, { value }: Found): boolean {
  const { libvirt } = context.target;
  if (row.of && !row.of(value)) return false;
  if (row.since && libvirt && !atLeast(libvirt, row.since)) return false;
  if (row.when && !row.when(element)) return false;
  return (!row.within || row.within(element, context)) && !isPlaceholder(value);
}

interface Found {
  readonly element: XmlElement;
  /** Of an attribute, undefined for the text of the element. */
  readonly name: string | undefined;
  readonly value: string;
}

interface Path {
  readonly elements: readonly string[];
  readonly attribute: string | undefined;
}

/** Paths as tables write them, taken apart once. */
const paths = new Map<string, Path>();

function pathOf(path: string): Path {
  const known = paths.get(path);
  if (known) return known;
  const [elements, name] = path.split('@') as [string, string?];
  const parsed = { elements: elements === '' ? [] : elements.split('/'), attribute: name };
  paths.set(path, parsed);
  return parsed;
}

function findBelow(
  from: XmlElement,
  elements: readonly string[],
  name: string | undefined,
): Found | undefined {
  const element = descend(from, elements);
  const value = element && textIn(element, name);
  return element === undefined || value === undefined ? undefined : { element, name, value };
}

function descend(from: XmlElement, elements: readonly string[]): XmlElement | undefined {
  let element: XmlElement | undefined = from;
  for (const name of elements) element &&= child(element, name);
  return element;
}

const textIn = (element: XmlElement, name: string | undefined): string | undefined =>
  name === undefined ? textOf(element).text : attribute(element, name)?.value?.text;

function refusalOf(element: XmlElement, unfit: Unfit, found: Found): Refusal {
  const fill = (text: string): string =>
    text.replace(/\{([^}]+)\}/g, (_, path: string) =>
      path === 'value' ? found.value : (valueAt(element, path) ?? ''),
    );
  const { name } = found;
  const writes = name === undefined ? [] : (unfit.instead ?? []);
  const removal = name === undefined ? removeElement(found.element) : removeAttribute(found.element, name);
  return {
    fact: fill(unfit.fact),
    words: fill(unfit.words),
    element: found.element,
    ...(name === undefined ? {} : { attribute: name }),
    fixes: [
      ...writes.map((text) => writeAttribute(found.element, name!, text)),
      ...(unfit.removable === false ? [] : [removal]),
    ],
  };
}

/** The value at a path such as `target@bus`, or the text of the element at one; undefined where it is not known. */
export function valueAt(element: XmlElement, path: string): string | undefined {
  const { elements, attribute: name } = pathOf(path);
  const owner = descend(element, elements);
  const value = owner && textIn(owner, name);
  return value === undefined || isPlaceholder(value) ? undefined : value;
}

/** A condition: the value at a path is known, and one of these. */
export const is =
  (path: string, ...values: readonly string[]) =>
  (element: XmlElement): boolean =>
    values.includes(valueAt(element, path) ?? '');

/** A condition: the value at a path is known, and none of these. */
export const isNot =
  (path: string, ...values: readonly string[]) =>
  (element: XmlElement): boolean => {
    const value = valueAt(element, path);
    return value !== undefined && !values.includes(value);
  };

/** A condition: there is a child of this name. */
export const has =
  (name: string) =>
  (element: XmlElement): boolean =>
    child(element, name) !== undefined;

/** All of several conditions. */
export const all =
  (...conditions: readonly ((element: XmlElement) => boolean)[]) =>
  (element: XmlElement): boolean =>
    conditions.every((condition) => condition(element));
