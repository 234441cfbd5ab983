import { type IndexSet, parseIndexSet } from '../../values/indexSet.ts';
import { formatPciAddress, parsePciAddress } from '../../values/pciAddress.ts';
import type { DeviceFacts } from '../facts.ts';
import type { Document } from './document.ts';
import type { Hwloc } from './lstopoObjects.ts';
import { childrenOf, type Element } from './xml.ts';

/** `0300 [10de:2330] [10de:16c1] a1 00`: class, ids, ids of the maker of the card, revision, and since hwloc 3 the interface. */
const TYPE =
  /^([0-9a-f]{4}) \[([0-9a-f]{4}):([0-9a-f]{4})\](?: \[[0-9a-f:]{9}\])?(?: [0-9a-f]{2})?(?: ([0-9a-f]{2}))?$/i;

/** The buses behind a bridge: `0000:[5e-60]`. */
const BUSES = /^([0-9a-f]{4,8}):\[([0-9a-f]{2})-[0-9a-f]{2}\]$/i;

/** The bus that a bridge leads to, and how it is reached. */
interface Bus {
  readonly domain: number;
  readonly number: number;
  readonly path: readonly string[];
}

/** Reads PCI devices and bridges with ids, and the nodes that they are local to. */
export function readPci(document: Document, objects: Hwloc): DeviceFacts[] {
  const devices: DeviceFacts[] = [];
  const owners = ownersIn(objects);
  for (const { element, cpus } of objects.roots) {
    readDevice(document, element, localNodes(owners, cpus), undefined, devices);
  }
  return devices;
}

/** A node with the CPUs that the kernel counts to it. */
interface Owner {
  readonly id: number;
  readonly own: IndexSet;
}

const ownersIn = ({ nodes }: Hwloc): Owner[] =>
  nodes.flatMap(({ id, cpus }) => {
    const own = parseIndexSet(cpus ?? '');
    return own ? [{ id, own }] : [];
  });

/**
 * hwloc places a device below the smallest object that holds all CPUs it is local to, such as a group of two nodes.
 * Below the whole machine it also places those of which nobody knows.
 */
function localNodes(owners: readonly Owner[], cpus: IndexSet | undefined): number[] | undefined {
  if (owners.length === 1) return [owners[0]!.id];
  const near = cpus ? owners.filter(({ own }) => !own.intersect(cpus).isEmpty) : [];
  if (near.length === 0 || near.length === owners.length) return undefined;
  return near.map(({ id }) => id).sort((a, b) => a - b);
}

function readDevice(
  document: Document,
  element: Element,
  nodes: number[] | undefined,
  bus: Bus | undefined,
  devices: DeviceFacts[],
): void {
  const { pci_busid, pci_type, bridge_pci } = element.attributes;
  let path: readonly string[] = [];
  if (pci_busid !== undefined) {
    const address = parsePciAddress(pci_busid);
    const type = TYPE.exec(pci_type ?? '');
    if (!address || !type) {
      document.error(
        element.at,
        `A PCI device ("${pci_busid}", "${pci_type}") is not readable: it is left out.`,
      );
    } else {
      const [, code, vendor, device, programming = '00'] = type.map((part) => part?.toLowerCase());
      // lstopo leaves out bridges that lead to one device only; then the way is not known.
      const whole = bus && bus.domain === address.domain && bus.number === address.bus;
      devices.push({
        address: formatPciAddress(address),
        class: `${code}${programming}`,
        vendor,
        device,
        name: nameOf(element),
        nodes,
        path: whole ? [...bus.path] : undefined,
      });
      path = whole ? [...bus.path, formatPciAddress(address)] : [];
    }
  }
  const behind = behindBridge(bridge_pci, pci_busid === undefined, path);
  for (const inner of childrenOf(element, 'object')) {
    const { type } = inner.attributes;
    if (type === 'Bridge' || type === 'PCIDev') readDevice(document, inner, nodes, behind, devices);
  }
}

/** @param path up to the bridge itself; empty where it is not known. */
function behindBridge(buses: string | undefined, isRoot: boolean, path: readonly string[]): Bus | undefined {
  const match = BUSES.exec(buses ?? '');
  if (!match || (!isRoot && path.length === 0)) return undefined;
  const [, domain, number] = match.map((part) => part.toLowerCase());
  const root = `pci${domain!.padStart(4, '0')}:${number}`;
  return {
    domain: Number.parseInt(domain!, 16),
    number: Number.parseInt(number!, 16),
    path: isRoot ? [root] : path,
  };
}

function nameOf(element: Element): string | undefined {
  const info = childrenOf(element, 'info').find(({ attributes }) => attributes.name === 'PCIDevice');
  return (info?.attributes.value ?? element.attributes.name)?.slice(0, 200) || undefined;
}
