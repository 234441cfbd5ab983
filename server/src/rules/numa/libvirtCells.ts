import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { word } from '../refusal.ts';

/** What stands in `<numa>`, as libvirt reads it. */
export interface Cells {
  readonly numa: XmlElement;
  /** By number, which is the place in the list where none is written. */
  readonly byId: ReadonlyMap<number, XmlElement>;
}

/** The list of cells: of several libvirt reads the first. */
export function numaOf(domain: XmlElement): XmlElement | undefined {
  for (const cpu of children(domain, 'cpu')) {
    const numa = child(cpu, 'numa');
    if (numa) return numa;
  }
  return undefined;
}

/** The cells of a domain; undefined where there are none, or not all are known. */
export function cellsOf(domain: XmlElement): Cells | undefined {
  const numa = numaOf(domain);
  if (!numa || mayGainChildren(numa)) return undefined;
  const byId = new Map<number, XmlElement>();
  for (const [place, cell] of children(numa, 'cell').entries()) {
    const id = attribute(cell, 'id') ? readNumber(cell, 'id') : place;
    if (id === undefined) return undefined;
    byId.set(id, cell);
  }
  return { numa, byId };
}

/** A number without a sign, as libvirt reads those of `<numa>`; undefined where there is none, or it is not known. */
export function readNumber(element: XmlElement, name: string): number | undefined {
  const text = word(element, name);
  return text !== undefined && /^\s*\+?\d+$/.test(text) ? Number(text) : undefined;
}
