import type { OptionRom, PassedScreen } from '../../../guest/pci.ts';
import { absent, mapValue, type Value } from '../../../guest/value.ts';
import { attribute, child, children } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { mayGainChildren } from '../templates.ts';
import type { Reader } from '../values.ts';

const SWITCH: Readonly<Record<string, boolean>> = { on: true, off: false, yes: true, no: false };

const readSwitch = (
  reader: Reader,
  element: XmlElement | undefined,
  name: string,
  owner: XmlElement,
): Value<boolean> => mapValue(reader.attribute(element, name, owner), (text) => SWITCH[text]);

/** `<rom>` of a device. */
export function romOf(reader: Reader, element: XmlElement): OptionRom {
  const rom = child(element, 'rom');
  return { bar: readSwitch(reader, rom, 'bar', element), file: reader.attribute(rom, 'file', element) };
}

/** `<driver iommufd=>` of a passed-through device. */
export const iommufdOf = (reader: Reader, element: XmlElement): Value<boolean> =>
  readSwitch(reader, child(element, 'driver'), 'iommufd', element);

/**
 * `display=` and `ramfb=` of a part of a GPU: for a whole device libvirt hands nothing of it to QEMU. It writes display=off where nothing is said
 * (src/qemu/qemu_domain.c: qemuDomainMdevDefVFIOPCIPostParse).
 */
export function screenOf(reader: Reader, element: XmlElement): PassedScreen | undefined {
  if (attribute(element, 'type')?.value?.text !== 'mdev') return undefined;
  const read = (name: string): Value<boolean> => {
    const value = readSwitch(reader, element, name, element);
    return value.state === 'absent' ? absent(value.owner, false) : value;
  };
  return { shown: read('display'), ramfb: read('ramfb'), viewed: isViewed(element) };
}

/** Any `<graphics>` will do. */
function isViewed({ parent: devices }: XmlElement): boolean | undefined {
  const domain = devices?.parent;
  if (!devices || !domain) return undefined;
  if (children(domain, 'devices').some((list) => child(list, 'graphics'))) return true;
  return [domain, devices].some(mayGainChildren) ? undefined : false;
}
