import type { Guest } from '../guest/guest.ts';
import type { Device } from '../guest/pci.ts';
import { affinityOf, nodeId, rootOf } from '../guest/queries.ts';
import { isKnown } from '../guest/value.ts';
import type { Host, HostDevice } from '../host/host.ts';
import type { IndexSet } from '../values/indexSet.ts';
import { localityFacts, nearTo } from './hostFacts.ts';
import type { Fact } from './place.ts';
import type { Group } from './placement.ts';

/** A device of the host that is handed to the guest. */
export interface DevicePlace {
  readonly device: Device;
  readonly onHost: HostDevice;
  /** `GPU 0000:af:00.0`. */
  readonly name: string;
  /** True for what moves so much data that its place decides: GPUs and accelerators. */
  readonly heavy: boolean;
  /** The nodes with CPUs that it is near to; undefined where the firmware told nobody. */
  readonly nodes: IndexSet | undefined;
  /** The guest node that the guest sees it on. */
  readonly affinity: number | 'none' | undefined;
  /** That guest node itself. */
  readonly group: Group | undefined;
  readonly facts: readonly Fact[];
  readonly doubts: readonly string[];
}

export const FIRMWARE = 'Where a device is, the firmware (_PXM) told the kernel; some boards tell it wrong.';

/** Classes of what moves data, by their first two digits: others, such as the audio of a GPU, can be anywhere. */
export const DEVICE_NAMES: Readonly<Record<string, string>> = {
  '01': 'drive',
  '02': 'network device',
  '03': 'GPU',
  '0b': 'accelerator',
  '12': 'accelerator',
};
export const HEAVY = new Set(['03', '0b', '12']);

/** Passed-through devices that move data and are in the profile: where each one is, and where the guest sees it. */
export const devicePlaces = (guest: Guest, host: Host, groups: readonly Group[]): DevicePlace[] =>
  guest.pci.devices.items.flatMap((device): DevicePlace[] => {
    if (device.role !== 'passthrough' || !isKnown(device.hostAddress)) return [];
    const onHost = host.device(device.hostAddress.value);
    const kind = onHost?.facts.class.slice(0, 2) ?? '';
    const called = DEVICE_NAMES[kind];
    if (!onHost || called === undefined) return [];
    const affinity = affinityOf(device);
    const name = `${called} ${onHost.address}`;
    const group = groups.find(({ node }) => node !== undefined && nodeId(node) === affinity);
    return [
      {
        device,
        onHost,
        name,
        heavy: HEAVY.has(kind),
        nodes: onHost.nodes && nearTo(onHost.nodes, host),
        affinity,
        group: affinity === undefined || affinity === 'none' ? undefined : group,
        facts: [
          { text: `${name} is handed to the guest.`, span: device.hostAddress.span },
          ...localityFacts(onHost),
          ...affinityFacts(device, affinity),
        ],
        doubts: [FIRMWARE],
      },
    ];
  });

/** What says on which guest node the guest sees a device; nothing where it sees it on none. */
export function affinityFacts(device: Device, affinity: number | 'none' | undefined): Fact[] {
  const root = rootOf(device);
  if (typeof affinity !== 'number' || !isKnown(root?.node)) return [];
  return [{ text: `The guest sees it on guest node ${affinity}.`, span: root.node.span }];
}
