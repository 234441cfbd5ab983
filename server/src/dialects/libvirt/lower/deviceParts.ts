import type { Device, PassedScreen } from '../../../guest/pci.ts';
import { absent, mapValue, type Value } from '../../../guest/value.ts';
import { attribute, child, children } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { mayGainChildren } from '../templates.ts';
import type { Reader } from '../values.ts';

const SWITCH: Readonly<Record<string, boolean>> = { on: true, off: false, yes: true, no: false };

/** What the element of a device says beside its place: `<rom>`, `display=`, `<driver iommufd=>`. */
export function lowerParts(
  reader: Reader,
  element: XmlElement,
  role: Device['role'],
): Pick<Device, 'rom' | 'screen' | 'iommufd'> {
  const read = (of: XmlElement | undefined, name: string): Value<boolean> =>
    mapValue(reader.attribute(of, name, element), (text) => SWITCH[text]);
  const found = child(element, 'rom');
  const rom = { bar: read(found, 'bar'), file: reader.attribute(found, 'file', element) };
  if (role !== 'passthrough') return { rom };
  return {
    rom,
    ...(attribute(element, 'type')?.value?.text === 'mdev' ? { screen: lowerScreen(read, element) } : {}),
    iommufd: read(child(element, 'driver'), 'iommufd'),
  };
}

/**
 * Of a part of a GPU: for a whole device libvirt hands nothing of it to QEMU. It writes display=off where nothing is said
 * (src/qemu/qemu_domain.c: qemuDomainMdevDefVFIOPCIPostParse).
 */
function lowerScreen(
  read: (of: XmlElement, name: string) => Value<boolean>,
  element: XmlElement,
): PassedScreen {
  const orFalse = (value: Value<boolean>): Value<boolean> =>
    value.state === 'absent' ? absent(value.owner, false) : value;
  return {
    shown: orFalse(read(element, 'display')),
    ramfb: orFalse(read(element, 'ramfb')),
    viewed: isViewed(element),
  };
}

/** Any `<graphics>` will do. */
function isViewed({ parent: devices }: XmlElement): boolean | undefined {
  const domain = devices?.parent;
  if (!devices || !domain) return undefined;
  if (children(domain, 'devices').some((list) => child(list, 'graphics'))) return true;
  return [domain, devices].some(mayGainChildren) ? undefined : false;
}
