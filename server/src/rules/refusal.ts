import type { Change } from '../dialects/change.ts';
import { mayGainChildren } from '../dialects/libvirt/templates.ts';
import { isPlaceholder } from '../dialects/libvirt/values.ts';
import { attribute, child, children, textOf } from '../syntax/xml/query.ts';
import type { XmlElement } from '../syntax/xml/tree.ts';
import { spanOf } from '../text/span.ts';
import { oncePer } from '../values/oncePer.ts';
import type { Fix, LibvirtContext, Report } from './define.ts';

/** Something in a domain that libvirt does not take, in a family of which one rule speaks. */
export interface Refusal {
  /** What is there, as a clause without a full stop. */
  readonly fact: string;
  /** What libvirt says, word for word. */
  readonly words: string;
  /** The element at fault; the finding stands on its name. */
  readonly element: XmlElement;
  /** The attribute at fault, if it is one: the finding stands on its value. */
  readonly attribute?: string;
  readonly fixes?: readonly Fix[];
  /** Another element that has a part in it, and what is to be said of that. */
  readonly beside?: { readonly element: XmlElement; readonly message: string };
}

/** Tells a refusal as a finding; `extra` where it is not as others are. */
export function tellRefusal(
  { guest, report }: LibvirtContext,
  refusal: Refusal,
  extra: Partial<Report> = {},
): void {
  const { uri } = guest.label;
  const { element, beside } = refusal;
  const found = refusal.attribute === undefined ? undefined : attribute(element, refusal.attribute);
  const value = found?.value && found.value.start < found.value.end ? found.value : found;
  report({
    message: `${refusal.fact}: libvirt refuses the domain with "${refusal.words}".`,
    at: spanOf(uri, value ?? element.name),
    about: found ? [element, found] : element,
    related: beside ? [{ span: spanOf(uri, beside.element.name), message: beside.message }] : [],
    fixes: refusal.fixes ?? [],
    ...extra,
  });
}

/** Devices of a kind, in all lists of them. */
export function devicesOf(domain: XmlElement, name: string): readonly XmlElement[] {
  const lists = children(domain, 'devices');
  return lists.length === 1 ? children(lists[0]!, name) : lists.flatMap((list) => children(list, name));
}

/** All devices, in all lists of them. */
export const allDevicesOf = oncePer((domain: XmlElement): readonly XmlElement[] => {
  const devices: XmlElement[] = [];
  for (const list of children(domain, 'devices')) {
    for (const node of list.children) if (node.kind === 'element') devices.push(node);
  }
  return devices;
});

/** The first element down a path of names: `source/address`. */
export function at(element: XmlElement | undefined, path: string): XmlElement | undefined {
  let found = element;
  for (let start = 0; found && start <= path.length; ) {
    const slash = path.indexOf('/', start);
    const end = slash < 0 ? path.length : slash;
    found = child(found, path.slice(start, end));
    start = end + 1;
  }
  return found;
}

/** The text of an attribute; undefined where it is not there, or a template will write it. */
export function word(element: XmlElement | undefined, name: string): string | undefined {
  const text = element && attribute(element, name)?.value?.text;
  return text === undefined || isPlaceholder(text) ? undefined : text;
}

/** The text of an element; undefined where there is none, or a template will write it. */
export function content(element: XmlElement | undefined): string | undefined {
  const text = element && textOf(element).text;
  return text === undefined || text === '' || isPlaceholder(text) ? undefined : text;
}

/** True where an attribute or element certainly is not written. */
export const lacks = (element: XmlElement, name: string): boolean =>
  attribute(element, name) === undefined &&
  child(element, name) === undefined &&
  !element.openTag &&
  !mayGainChildren(element);

const fix = (title: string, ...changes: Change[]): Fix => ({ title, applicability: 'suggestion', changes });

export const removeElement = (element: XmlElement, title = `Remove this <${element.name.text}>`): Fix =>
  fix(title, { op: 'remove-element', element });

export const removeAttribute = (element: XmlElement, name: string): Fix =>
  fix(`Remove ${name}=`, { op: 'remove-attribute', element, name });

export const writeAttribute = (
  element: XmlElement,
  name: string,
  text: string,
  title = `Write ${name}='${text}'`,
): Fix => fix(title, { op: 'set-attribute', element, name, text });
