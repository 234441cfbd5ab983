import type { Device, DeviceRole, PciBus } from '../../../guest/pci.ts';
import { absent, known, mapValue, unknown, type Value } from '../../../guest/value.ts';
import { attribute, child } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import type { Span } from '../../../text/span.ts';
import type { PciAddress } from '../../../values/pciAddress.ts';
import type { Reader } from '../values.ts';
import { iommufdOf, romOf, screenOf } from './deviceParts.ts';
import { addressOf, readHostAddress, readMultifunction, readPlace, referToBus } from './pciPlaces.ts';
import type { Sources } from './sources.ts';

/** QEMU's driver for a video model, so that rules know a display by one name in both languages. */
const VIDEO_DRIVERS: Readonly<Record<string, string>> = {
  virtio: 'virtio-gpu-pci',
  qxl: 'qxl',
  vga: 'VGA',
  bochs: 'bochs-display',
  cirrus: 'cirrus-vga',
  vmvga: 'vmware-svga',
};

/** All that libvirt makes a device of; what else has an address, as a misspelt element does, it passes over. */
const DEVICES: ReadonlySet<string> = new Set([
  'audio',
  'channel',
  'console',
  'controller',
  'crypto',
  'disk',
  'filesystem',
  'graphics',
  'hostdev',
  'hub',
  'input',
  'interface',
  'iommu',
  'lease',
  'memballoon',
  'memory',
  'nvram',
  'panic',
  'parallel',
  'pstore',
  'redirdev',
  'rng',
  'serial',
  'shmem',
  'smartcard',
  'sound',
  'tpm',
  'video',
  'vsock',
  'watchdog',
]);

const BALLOON = { role: 'endpoint', driver: 'virtio-balloon-pci' } as const;

const attributeText = (element: XmlElement | undefined, name: string): string | undefined =>
  element && attribute(element, name)?.value?.text;

/** The device that an element makes; undefined where it is not on PCI, or a controller of PCI itself. */
export function lowerDevice(
  reader: Reader,
  element: XmlElement,
  buses: readonly PciBus[],
  openedBy: readonly Span[],
  sources: Sources,
): Device | undefined {
  const address = addressOf(element);
  const found = roleOf(element, address !== undefined);
  if (!found) return undefined;
  const span = reader.label(element);
  const isPassed = found.role === 'passthrough';
  const device: Device = {
    kind: 'device',
    dialect: 'libvirt',
    role: found.role,
    span: reader.span(element),
    label: span,
    driver: known(found.driver, span),
    id: reader.attribute(child(element, 'alias'), 'name', element),
    bus: referToBus(reader, element, address, buses, openedBy),
    place: readPlace(reader, element, address),
    multifunction: readMultifunction(reader, element, address),
    hostAddress: hostAddressOf(reader, element),
    mediated: mediatedOf(reader, element),
    rom: romOf(reader, element),
    screen: isPassed ? screenOf(reader, element) : undefined,
    iommufd: isPassed ? iommufdOf(reader, element) : undefined,
  };
  sources.set(device, element);
  return device;
}

/**
 * The balloon that libvirt adds where none is written (src/qemu/qemu_domain.c: qemuDomainDefAddDefaultDevices).
 * It stands nowhere; its source is the list that it would stand in.
 */
export function impliedBalloon(
  reader: Reader,
  lists: readonly XmlElement[],
  buses: readonly PciBus[],
  sources: Sources,
): Device | undefined {
  const list = lists[0];
  if (!list || lists.some((devices) => child(devices, 'memballoon'))) return undefined;
  const span = reader.label(list);
  const device: Device = {
    kind: 'device',
    dialect: 'libvirt',
    role: BALLOON.role,
    span,
    label: span,
    driver: known(BALLOON.driver, span),
    id: absent(span),
    bus: referToBus(reader, list, undefined, buses, []),
    place: absent(span),
    multifunction: absent(span),
    hostAddress: absent(span),
  };
  sources.set(device, list);
  return device;
}

function roleOf(element: XmlElement, onPci: boolean): { role: DeviceRole; driver: string } | undefined {
  const type = attributeText(element, 'type');
  const { text: name } = element.name;
  if (name === 'controller' && type === 'pci') return undefined;
  if (name === 'hostdev') {
    const vfio = type === 'pci' || (type === 'mdev' && attributeText(element, 'model') === 'vfio-pci');
    if (vfio) return { role: 'passthrough', driver: 'vfio-pci' };
  }
  if (name === 'interface' && type === 'hostdev') return { role: 'passthrough', driver: 'vfio-pci' };
  if (name === 'video') {
    const driver = VIDEO_DRIVERS[attributeText(child(element, 'model'), 'type') ?? ''];
    if (driver) return { role: 'display', driver };
  }
  if (name === 'memballoon' && attributeText(element, 'model')?.startsWith('virtio')) return BALLOON;
  return onPci && DEVICES.has(name) ? { role: 'endpoint', driver: name } : undefined;
}

/** An mdev is named by its UUID alone. */
function mediatedOf(reader: Reader, element: XmlElement): Device['mediated'] {
  if (attributeText(element, 'type') !== 'mdev') return undefined;
  const source = child(element, 'source');
  const address = source && child(source, 'address');
  if (!address) return undefined;
  const uuid = reader.attribute(address, 'uuid', address);
  return mapValue(uuid, (text) => ({ uuid: text, parent: undefined }));
}

/** The address of an mdev is a number of its own, and says nothing of the device behind it. */
function hostAddressOf(reader: Reader, element: XmlElement): Value<PciAddress> {
  const source = child(element, 'source');
  const address = source && child(source, 'address');
  const span = reader.label(element);
  if (attributeText(element, 'type') === 'mdev') return unknown('not-evaluated', span);
  return address ? readHostAddress(reader, address) : absent(span);
}
