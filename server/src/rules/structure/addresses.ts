import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { oncePer } from '../../values/oncePer.ts';
import { allDevicesOf, word } from '../refusal.ts';

/** Where in the guest a device is to be. */
export interface Placed {
  readonly device: XmlElement;
  readonly address: XmlElement;
  /** `pci`, `drive`, `usb` …; undefined where the address does not say, or a template will. */
  readonly type: string | undefined;
}

/** All devices that have an address, in the order of the text. */
export const placedDevicesOf = oncePer((domain: XmlElement): readonly Placed[] => {
  const placed: Placed[] = [];
  for (const device of allDevicesOf(domain)) {
    const address = child(device, 'address');
    if (address) placed.push({ device, address, type: word(address, 'type') });
  }
  return placed;
});
