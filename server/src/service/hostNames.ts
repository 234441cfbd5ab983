import { attribute } from '../syntax/xml/query.ts';
import type { XmlElement } from '../syntax/xml/tree.ts';

/** What of the host a place names: a device by its address, a list of CPUs, a list of nodes. */
export type HostKind = 'device' | 'cpus' | 'nodes';

type Lists = Readonly<Record<string, Exclude<HostKind, 'device'>>>;

/** Lists in domains, by the element with its parent, and the attribute behind `@`. */
const OF_ELEMENTS: Lists = {
  'domain/vcpu@cpuset': 'cpus',
  'cputune/vcpupin@cpuset': 'cpus',
  'cputune/emulatorpin@cpuset': 'cpus',
  'cputune/iothreadpin@cpuset': 'cpus',
  'numatune/memory@nodeset': 'nodes',
  'numatune/memnode@nodeset': 'nodes',
  'source/nodemask': 'nodes',
};

/** Lists in objects of QEMU, by the beginning of the object's type. */
const OF_OBJECTS: Readonly<Record<string, Lists>> = {
  'memory-backend-': { 'host-nodes': 'nodes' },
  'thread-context': { 'node-affinity': 'nodes', 'cpu-affinity': 'cpus' },
};

/** Devices whose `<source>` names a device of the host by its address, by their type. */
const PASSED: Readonly<Record<string, string>> = { hostdev: 'pci', interface: 'hostdev' };

/**
 * What the text of an element, or an attribute of it, names.
 * @param name of the attribute
 */
export function namedInDomain(element: XmlElement, name: string | undefined): HostKind | undefined {
  const { parent } = element;
  const key = `${parent?.name.text}/${element.name.text}`;
  if (key === 'source/address') return isHostSource(parent!) ? 'device' : undefined;
  if (key === 'source/nodemask' && parent?.parent?.name.text !== 'memory') return undefined;
  return own(OF_ELEMENTS, name === undefined ? key : `${key}@${name}`);
}

/** Whether a `<source>` holds the address of a device of the host. */
export function isHostSource({ name, parent: device }: XmlElement): boolean {
  const type = name.text === 'source' && device ? own(PASSED, device.name.text) : undefined;
  return type !== undefined && attribute(device!, 'type')?.value?.text === type;
}

/**
 * What a property of a QEMU option names.
 * @param type the driver of a -device, the type of an -object
 */
export function namedInOption(option: string, type: string, key: string): HostKind | undefined {
  if (option === 'device' && type.startsWith('vfio-pci')) {
    return key === 'host' || key === 'sysfsdev' ? 'device' : undefined;
  }
  if (option !== 'object') return undefined;
  const lists = Object.entries(OF_OBJECTS).find(([start]) => type.startsWith(start))?.[1];
  return lists && own(lists, key);
}

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
