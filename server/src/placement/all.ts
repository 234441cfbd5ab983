import {
  devicesSeenWhereTheyAre,
  guestNodesNearDevices,
  memoryNearDevices,
  vcpusNearDevices,
} from './deviceVerdicts.ts';
import { distancesInOrder } from './distanceVerdicts.ts';
import { flatGuestOnOneNode, nodesApart, vcpusNearMemory, vcpusOnOneNode } from './groupVerdicts.ts';
import { helpersNear } from './helperVerdicts.ts';
import { mediatedVerdicts } from './mediated.ts';
import type { Placement } from './placement.ts';
import type { Verdict } from './verdict.ts';

/** Every invariant of which something is known, causes before consequences. */
export const verdictsOn = (placement: Placement): Verdict[] => [
  ...memoryNearDevices(placement),
  ...guestNodesNearDevices(placement),
  ...devicesSeenWhereTheyAre(placement),
  ...vcpusNearDevices(placement),
  ...mediatedVerdicts(placement),
  ...vcpusNearMemory(placement),
  ...vcpusOnOneNode(placement),
  ...nodesApart(placement),
  ...flatGuestOnOneNode(placement),
  ...helpersNear(placement),
  ...distancesInOrder(placement),
];
