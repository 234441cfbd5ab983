import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { TextEdit } from '../../text/edit.ts';
import type { PciAddress } from '../../values/pciAddress.ts';
import { CannotWrite } from '../change.ts';
import { addElement, setAttribute } from './places.ts';

const hex = (value: number, width: number): string => `0x${value.toString(16).padStart(width, '0')}`;

const asAttributes = ({ domain, bus, slot, fn }: PciAddress): Record<string, string> => ({
  domain: hex(domain, 4),
  bus: hex(bus, 2),
  slot: hex(slot, 2),
  function: hex(fn, 1),
});

/** Passes one more host device, managed as the one beside it. @throws CannotWrite */
export function handOver(text: string, beside: XmlElement, host: PciAddress): TextEdit[] {
  if (!beside.parent) throw new CannotWrite('the device stands nowhere');
  const managed = attribute(beside, 'managed')?.value?.text;
  const template = {
    name: 'hostdev',
    attributes: { mode: 'subsystem', type: 'pci', ...(managed === undefined ? {} : { managed }) },
    children: [{ name: 'source', children: [{ name: 'address', attributes: asAttributes(host) }] }],
  };
  return [addElement(text, beside.parent, template, beside)];
}

/** Names another host device in the place of one. @throws CannotWrite */
export function setHost(hostdev: XmlElement, host: PciAddress): TextEdit[] {
  const source = child(hostdev, 'source');
  const address = source && child(source, 'address');
  if (!address) throw new CannotWrite('no host device is named');
  return Object.entries(asAttributes(host)).map(([name, value]) => setAttribute(address, name, value));
}
