import type { Change } from '../../dialects/change.ts';
import type { DevicePlace } from '../../placement/devices.ts';
import { sharePins, takenByOthers } from '../../placement/pins.ts';
import { isKept } from '../../placement/place.ts';
import { type Group, groupNumber, onlyGroup, type Placement } from '../../placement/placement.ts';
import { groupNear } from '../../placement/verdict.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { placeNear } from '../affinity/placement.ts';
import { settle } from './settle.ts';

/**
 * The changes that bring memory, vCPUs and QEMU's own threads to the host node of a device. In a guest with several
 * nodes, one of them goes there, and the guest sees the device on it. Undefined where that cannot be said.
 */
export function bindEverything(placement: Placement, device: DevicePlace): Change[] | undefined {
  const { guest } = placement;
  const [node] = device.nodes ?? [];
  if (node === undefined) return undefined;
  const only = onlyGroup(placement);
  const group = only ?? device.group ?? nearest(placement, node);
  if (!group) return undefined;
  const settled = settle(placement, group, node, { pinFree: true });
  if (!settled) return undefined;
  if (only) return [...settled, ...placeEmulator(placement, group, node)];
  const number = groupNumber(group);
  const seen =
    device.affinity === number || number === undefined ? [] : placeNear(guest, device.device, number);
  return seen && [...settled, ...seen];
}

/** A guest node that is there already, else the last one. */
const nearest = (placement: Placement, node: number): Group | undefined =>
  groupNear(IndexSet.from([node]), placement) ?? placement.groups.at(-1);

/** QEMU's own threads get the CPUs beside the vCPUs, where they have no place of their own. */
function placeEmulator(placement: Placement, group: Group, node: number): Change[] {
  const { guest, host } = placement;
  if (guest.dialect !== 'libvirt' || !host || guest.threads.emulatorCpus.state !== 'absent') return [];
  const { threads } = group;
  // A list for the whole process is one for these threads, too.
  if (threads.state === 'unknown' || (isKept(threads) && threads.keepers[0]?.kind === 'cpus')) return [];
  const { rest } = sharePins(placement, host, group, node, takenByOthers(placement, group));
  const cpus = rest.isEmpty ? host.cpusOfNode(node) : rest;
  return [{ op: 'set', entity: guest.threads, field: 'emulatorCpus', to: cpus }];
}
