import type { XmlElement } from '../../syntax/xml/tree.ts';
import { groupBy } from '../../values/groupBy.ts';
import { oncePer } from '../../values/oncePer.ts';
import { devicesOf, word } from '../refusal.ts';

/** The controllers of a type, in the order of the text; not those whose type a template will write. */
export const controllersOf = (domain: XmlElement, type: 'pci' | 'usb'): readonly XmlElement[] =>
  byType(domain).get(type) ?? [];

const byType = oncePer((domain: XmlElement) =>
  groupBy(devicesOf(domain, 'controller'), (controller) => word(controller, 'type')),
);
