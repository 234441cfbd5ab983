import { IndexSet, parseIndexSet } from '../../values/indexSet.ts';
import type { DeviceFacts, NodeFacts } from '../facts.ts';
import { readCpus } from './cpus.ts';
import { deviceNames } from './pciNames.ts';
import { known, lastName, readNumber, type SystemTree } from './tree.ts';

const DEVICES = 'sys/bus/pci/devices';

/** Flags of a region (include/linux/ioport.h). */
const MEMORY = 0x200;
const PREFETCHABLE = 0x2000;
const WIDE = 0x100000;

/** All PCI functions: whoever passes one to a guest takes the others of its IOMMU group along. */
export function captureDevices(tree: SystemTree, nodes: readonly NodeFacts[]): DeviceFacts[] {
  const devices = tree.list(DEVICES).flatMap((address) => readDevice(tree, address, nodes) ?? []);
  const names = deviceNames(tree, devices);
  return devices.map(({ address, class: code, vendor, device, ...rest }) => {
    const name = names.get(`${vendor}:${device}`);
    return known({ address, class: code, vendor, device, name, ...rest });
  });
}

/** The driver that is bound to each device just now, or null. */
export const captureDrivers = (tree: SystemTree): Record<string, string | null> =>
  Object.fromEntries(
    tree.list(DEVICES).map((address) => {
      const link = tree.link(`${DEVICES}/${address}/driver`);
      return [address, link === undefined ? null : lastName(link)];
    }),
  );

function readDevice(tree: SystemTree, address: string, nodes: readonly NodeFacts[]): DeviceFacts | undefined {
  const folder = `${DEVICES}/${address}`;
  const code = tree.read(`${folder}/class`);
  if (code === undefined) return undefined;
  const group = tree.link(`${folder}/iommu_group`);
  const physicalFunction = tree.link(`${folder}/physfn`);
  return known({
    address,
    class: code.replace('0x', ''),
    vendor: tree.read(`${folder}/vendor`)?.replace('0x', ''),
    device: tree.read(`${folder}/device`)?.replace('0x', ''),
    nodes: localNodes(tree, folder, nodes),
    iommuGroup: group === undefined ? null : Number(lastName(group)),
    path: pathAbove(tree.link(folder)),
    bars: readBars(tree, folder),
    physicalFunction: physicalFunction && lastName(physicalFunction),
    virtualFunctions: readNumber(tree, `${folder}/sriov_totalvfs`) || undefined,
    mediatedDevices: tree.list(`${folder}/mdev_supported_types`).length > 0 || undefined,
    bootVga: readNumber(tree, `${folder}/boot_vga`) === 1 || undefined,
    link: readLink(tree, folder),
  });
}

/**
 * Where the firmware names no node, the CPUs that are local to a device may still tell: an I/O hub can serve some of
 * the nodes. All CPUs tell nothing.
 */
function localNodes(tree: SystemTree, folder: string, nodes: readonly NodeFacts[]): number[] | undefined {
  const node = readNumber(tree, `${folder}/numa_node`);
  if (node !== undefined) return [node];
  if (nodes.length === 1) return [nodes[0]!.id];
  const local = readCpus(tree, `${folder}/local_cpulist`);
  const near = nodes.filter(({ cpus }) => !local.intersect(cpuSet(cpus)).isEmpty).map(({ id }) => id);
  const withCpus = nodes.filter(({ cpus }) => cpus);
  return near.length > 0 && near.length < withCpus.length ? near : undefined;
}

/** `../../../devices/pci0000:5d/0000:5d:00.0/0000:5e:00.0` without what stands before the root, and the device. */
function pathAbove(link: string | undefined): string[] | undefined {
  const parts = link?.split('/') ?? [];
  const root = parts.findIndex((part) => /^pci[0-9a-f]+:/.test(part));
  return root < 0 ? undefined : parts.slice(root, -1);
}

/** Six lines for the regions of a function; what follows are its ROM and the windows of bridges. */
function readBars(tree: SystemTree, folder: string): DeviceFacts['bars'] {
  const lines = tree.read(`${folder}/resource`)?.split('\n').slice(0, 6) ?? [];
  const bars = lines.flatMap((line, index) => {
    const [start = 0, end = 0, flags = 0] = line.split(' ').map(Number);
    if (!(flags & MEMORY) || end <= start) return [];
    const [wide, prefetchable] = [(flags & WIDE) !== 0, (flags & PREFETCHABLE) !== 0];
    return [{ index, bytes: end - start + 1, wide, prefetchable }];
  });
  return bars.length > 0 ? bars : undefined;
}

/** What the device can do: what it does just now depends on how busy it is. `32.0 GT/s PCIe`, and lanes. */
function readLink(tree: SystemTree, folder: string): DeviceFacts['link'] {
  const speed = /^(\d+(?:\.\d+)?) GT\/s/.exec(tree.read(`${folder}/max_link_speed`) ?? '')?.[1];
  const width = readNumber(tree, `${folder}/max_link_width`);
  // 255: not known.
  if (speed === undefined || !width || width > 64) return undefined;
  return { gigatransfers: Number(speed), width };
}

const cpuSet = (cpus: string | undefined): IndexSet => parseIndexSet(cpus ?? '') ?? IndexSet.empty;
