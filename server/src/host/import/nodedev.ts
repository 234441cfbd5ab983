import type { DeviceFacts } from '../facts.ts';
import { type Document, type Importer, readDocument } from './document.ts';
import { addressOf, MAX_ID, MAX_NODE, readAnyBase, readHexDigits, readWhole } from './numbers.ts';
import { child, childrenOf, type Element, readXml } from './xml.ts';

const SOURCE = 'virsh nodedev-dumpxml';

/** libvirt names PCI devices after their address, in hexadecimal: `pci_0000_af_00_0`. */
const NAME = /^pci_([0-9a-f]{4,8})_([0-9a-f]{2})_([01][0-9a-f])_([0-7])$/;

/** What libvirt writes for a class that it does not know. */
const NO_CLASS = 'ffffff';

/**
 * Reads `virsh nodedev-dumpxml` of one device or of several, one behind the other (docs/formatnode.rst of libvirt):
 * of PCI devices the ids, the locality, the IOMMU group, functions, the link and the path. Devices of other kinds,
 * serial numbers and addresses in networks are passed over.
 */
export const importNodeDevices: Importer = (text, file) =>
  readDocument(SOURCE, text, file, (document) => {
    const roots = readXml(document);
    if (!roots) return {};
    // Some wrap what they collect, in <devices> or the like.
    const elements = roots.flatMap((root) => (root.name === 'device' ? [root] : root.children));
    const devices = elements.filter(({ name }) => name === 'device');
    if (devices.length === 0) {
      const { at, name } = roots[0]!;
      document.error(at, `<device> is expected here, not <${name}>: give the output of ${SOURCE}.`);
    }
    const pci = devices.flatMap((device) => {
      const capability = childrenOf(device, 'capability').find(({ attributes }) => attributes.type === 'pci');
      return capability ? (readDevice(document, device, capability) ?? []) : [];
    });
    return pci.length > 0 ? { pci } : {};
  });

function readDevice(document: Document, device: Element, pci: Element): DeviceFacts | undefined {
  const name = child(device, 'name')?.text ?? '';
  const address = readAddress(pci) ?? NAME.exec(name)?.slice(1).join(':').replace(/:(.)$/, '.$1');
  if (address === undefined) {
    document.error(pci.at, `The PCI address of the device "${name}" is not readable: it is left out.`);
    return undefined;
  }
  const functions = (type: string): Element | undefined =>
    childrenOf(pci, 'capability').find(({ attributes }) => attributes.type === type);
  const code = readHexDigits(child(pci, 'class')?.text, 6);
  const node = readWhole(child(pci, 'numa')?.attributes.node, MAX_NODE);
  return {
    address,
    class: code === NO_CLASS ? undefined : code,
    vendor: readHexDigits(child(pci, 'vendor')?.attributes.id, 4),
    device: readHexDigits(child(pci, 'product')?.attributes.id, 4),
    name: child(pci, 'product')?.text.slice(0, 200) || undefined,
    // -1 means that the firmware does not tell.
    nodes: node === undefined ? undefined : [node],
    iommuGroup: readGroup(document, pci),
    path: readPath(child(device, 'path')?.text),
    physicalFunction: readAttributes(child(functions('phys_function'), 'address')),
    virtualFunctions: readWhole(functions('virt_functions')?.attributes.maxCount, 65535),
    mediatedDevices: functions('mdev_types') ? true : undefined,
    link: readLink(pci),
  };
}

/** These numbers are decimal, as nowhere else: bus 66 is 42 in an address. */
const readAddress = (pci: Element): string | undefined =>
  addressOf({
    domain: readAnyBase(child(pci, 'domain')?.text, 0xffffffff),
    bus: readAnyBase(child(pci, 'bus')?.text, 0xff),
    slot: readAnyBase(child(pci, 'slot')?.text, 0x1f),
    fn: readAnyBase(child(pci, 'function')?.text, 7),
  });

/** In attributes the same numbers are hexadecimal, behind 0x. */
const readAttributes = (address: Element | undefined): string | undefined =>
  address &&
  addressOf({
    domain: readAnyBase(address.attributes.domain, 0xffffffff),
    bus: readAnyBase(address.attributes.bus, 0xff),
    slot: readAnyBase(address.attributes.slot, 0x1f),
    fn: readAnyBase(address.attributes.function, 7),
  });

function readGroup(document: Document, pci: Element): number | undefined {
  const group = child(pci, 'iommuGroup');
  if (!group) return undefined;
  const number = readWhole(group.attributes.number, MAX_ID);
  if (number === undefined) document.error(group.at, 'The number of an IOMMU group is not readable.');
  return number;
}

/** `/sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.0`: the root and the bridges, without the device itself. */
function readPath(path: string | undefined): string[] | undefined {
  const match = /^\/sys\/devices\/(pci[0-9a-f]{4,8}:[0-9a-f]{2}(?:\/[0-9a-f]{4,8}:[0-9a-f:.]{7})*)$/.exec(
    path ?? '',
  );
  return match?.[1]?.split('/').slice(0, -1);
}

/** What the device can do; what it does at the moment changes while it saves power. */
function readLink(pci: Element): DeviceFacts['link'] {
  const links = childrenOf(child(pci, 'pci-express'), 'link');
  const capable = links.find(({ attributes }) => attributes.validity === 'cap')?.attributes;
  const width = readWhole(capable?.width, 64);
  const speed = /^\d{1,4}(\.\d{1,3})?$/.test(capable?.speed ?? '') ? Number(capable!.speed) : undefined;
  if (width === undefined || speed === undefined || speed > 1024) return undefined;
  return { gigatransfers: speed, width };
}
