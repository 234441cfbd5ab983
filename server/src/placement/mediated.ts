import type { Mediated } from '../guest/pci.ts';
import { affinityOf, nodeId } from '../guest/queries.ts';
import { isKnown, type Known } from '../guest/value.ts';
import type { Host, HostDevice } from '../host/host.ts';
import { affinityFacts, DEVICE_NAMES, type DevicePlace, FIRMWARE, HEAVY } from './devices.ts';
import {
  type DeviceVerdict,
  devicesSeenWhereTheyAre,
  memoryNearDevices,
  vcpusNearDevices,
} from './deviceVerdicts.ts';
import { localityFacts, nearTo } from './hostFacts.ts';
import type { Placement } from './placement.ts';

/** A device of the guest that is a part of a host device, which is not where nobody knows but where that device is. */
export interface MediatedPlace extends DevicePlace {
  readonly named: Known<Mediated>;
  /** `GPU 0000:3b:00.0`, or all of which it can be a part. */
  readonly of: string;
}

const GUESSED =
  'Only a UUID is named: the part is taken to be of a device of which the profile says that parts can be made.';

/** The mediated devices of a guest whose devices, or all that they can be of, are on nodes that are known. */
export const mediatedPlaces = ({ guest, host, groups }: Placement): MediatedPlace[] =>
  guest.pci.devices.items.flatMap((device): MediatedPlace[] => {
    const { mediated } = device;
    if (!host || !isKnown(mediated)) return [];
    const parents = parentsOf(mediated.value, host);
    const [onHost] = parents;
    if (!onHost?.nodes || !parents.every(({ nodes }) => nodes?.equals(onHost.nodes!))) return [];
    const affinity = affinityOf(device);
    const kind = onHost.facts.class.slice(0, 2);
    const of = `${DEVICE_NAMES[kind] ?? 'device'} ${parents.map(({ address }) => address).join(' or ')}`;
    const name = `mediated device ${mediated.value.uuid.slice(0, 8)}`;
    return [
      {
        device,
        named: mediated,
        of,
        onHost,
        name,
        heavy: HEAVY.has(kind),
        nodes: nearTo(onHost.nodes, host),
        affinity,
        group:
          typeof affinity === 'number'
            ? groups.find(({ node }) => node !== undefined && nodeId(node) === affinity)
            : undefined,
        facts: [
          { text: `${name} is handed to the guest, a part of ${of}.`, span: mediated.span },
          ...parents.flatMap(localityFacts),
          ...affinityFacts(device, affinity),
        ],
        doubts: [FIRMWARE, ...(mediated.value.parent ? [] : [GUESSED])],
      },
    ];
  });

/** The device that a part is of, else all of which there can be parts. */
function parentsOf({ parent }: Mediated, host: Host): readonly HostDevice[] {
  if (!parent) return host.devices.filter(({ facts }) => facts.mediatedDevices);
  const device = host.device(parent);
  return device ? [device] : [];
}

/**
 * What is asked of devices, asked of the mediated ones: causes first, and of one that is away from its memory no more
 * than that.
 */
export function mediatedVerdicts(placement: Placement): DeviceVerdict[] {
  const devices = mediatedPlaces(placement);
  if (devices.length === 0) return [];
  const own: Placement = { ...placement, devices };
  const causes = [...memoryNearDevices(own), ...devicesSeenWhereTheyAre(own)];
  const wrong = new Set(causes.filter(({ holds }) => !holds).flatMap((verdict) => verdict.devices));
  const threads = vcpusNearDevices(own).filter((verdict) => !verdict.devices.some((each) => wrong.has(each)));
  return [...causes, ...threads];
}
