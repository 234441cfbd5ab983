import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { word } from '../refusal.ts';

/** What stands in `<numa>`, as libvirt reads it. */
export interface Cells {
  readonly numa: XmlElement;
  /** By number, which is the place in the list where none is written. */
  readonly byId: ReadonlyMap<number, XmlElement>;
}

/** The cells of a domain; undefined where there are none, or not all are known. */
export function cellsOf(domain: XmlElement): Cells | undefined {
  const [numa] = children(domain, 'cpu').flatMap((cpu) => children(cpu, 'numa'));
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
