import { HUB_PORTS, USB_PORTS, XHCI } from '../../catalogue/usbPorts.ts';
import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { LibvirtContext } from '../define.ts';
import { word } from '../refusal.ts';

/**
 * How many ports there are, at most, by what has them: buses by their index (`0`), hubs by the path of ports that they are
 * plugged into (`0:1.2`); undefined where there is no telling.
 */
export type Ports = Map<string, number | undefined>;

/** Whether a template decides what a controller is, so that nothing is known of its ports. */
export const isOpen = (controller: XmlElement): boolean =>
  ['index', 'model', 'ports'].some((name) => isPlaceholder(attribute(controller, name)?.value?.text ?? ''));

/** What in some devices says that they are on USB: an attribute of the device or of its <target>. */
const SAYS_USB: Readonly<Record<string, (device: XmlElement) => boolean>> = {
  hub: () => true,
  redirdev: () => true,
  smartcard: () => true,
  input: (device) => word(device, 'bus') === 'usb',
  hostdev: (device) => word(device, 'type') === 'usb',
  sound: (device) => word(device, 'model') === 'usb',
  disk: (device) => word(child(device, 'target'), 'bus') === 'usb',
  serial: (device) => word(child(device, 'target'), 'type') === 'usb-serial',
};

/** Whether a device is on a bus of USB, by what it is or by its address. */
export const isOnUsb = (device: XmlElement): boolean => {
  const { text } = device.name;
  if (SAYS_USB[text]?.(device)) return true;
  if (text === 'input') return false;
  return word(child(device, 'address'), 'type') === 'usb' && text !== 'controller';
};

/** The address of a device on a bus of USB, where it is written. */
export const addressOf = (device: XmlElement): XmlElement | undefined => {
  const address = child(device, 'address');
  return word(address, 'type') === 'usb' ? address : undefined;
};

export const busOf = (address: XmlElement): number => Number(word(address, 'bus') ?? 0);

/** What a device is plugged into by its address, as a key of `Ports`: `0:1.2`. */
export const pathOf = (address: XmlElement): string => `${busOf(address)}:${word(address, 'port') ?? ''}`;

/** What the controllers and the hubs among the devices have; the controller with index 0 is there whether it is written or not. */
export function portsOf(
  { guest }: LibvirtContext,
  controllers: readonly XmlElement[],
  devices: readonly XmlElement[],
): Ports {
  const all: Ports = new Map(controllers.length === 0 ? [['0', undefined]] : []);
  const isPc = guest.machine.type.state === 'known' && guest.machine.type.value.family === 'i440fx';
  for (const [i, controller] of controllers.entries()) {
    const index = Number(word(controller, 'index') ?? i);
    const model = word(controller, 'model') ?? (isPc ? 'piix3-uhci' : '');
    const own = Number(word(controller, 'ports') ?? Number.NaN);
    const ports = XHCI.has(model) && own > 0 ? own : USB_PORTS[model];
    const before = all.get(String(index));
    // Companions share the bus of the controller of USB 2.
    const several = all.has(String(index));
    all.set(
      String(index),
      several && before === undefined ? undefined : Math.max(ports ?? 0, before ?? 0) || undefined,
    );
  }
  for (const device of devices) {
    const address = device.name.text === 'hub' ? addressOf(device) : undefined;
    if (address) all.set(pathOf(address), HUB_PORTS);
  }
  return all;
}
