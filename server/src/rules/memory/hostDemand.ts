import type { Guest } from '../../guest/guest.ts';
import type { Backing } from '../../guest/memory.ts';
import { ramSize, sizeOf } from '../../guest/queries.ts';
import { effective, isKnown, placeOf } from '../../guest/value.ts';
import type { Host } from '../../host/host.ts';
import { isKept } from '../../placement/place.ts';
import { type Group, placementOf } from '../../placement/placement.ts';
import type { Span } from '../../text/span.ts';
import type { Bytes } from '../../values/byteSize.ts';
import type { IndexSet } from '../../values/indexSet.ts';
import { hugePageOf, pageSizeAt } from './hostPages.ts';

/** Memory that a guest takes from its host. */
export interface Demand {
  readonly group: Group;
  readonly size: Bytes;
  /** The host nodes that all of it has to come from; undefined where it may come from others, too. */
  readonly nodes: IndexSet | undefined;
  /** Of its huge pages; undefined for ordinary ones. */
  readonly page: Bytes | undefined;
  /** Where it is bound, or stands. */
  readonly at: Span;
}

/** What the nodes of a guest take. What is not known is left out, so a sum is never too large. */
export const demandsOf = (guest: Guest, host: Host): Demand[] =>
  placementOf(guest, host).groups.flatMap((group) => {
    const size = group.node ? sizeOf(group.node) : sizeOfAll(guest);
    const pages = pagesOf(guest, group, host);
    if (size === undefined || !pages || group.memory.state === 'unknown') return [];
    const keeper = isKept(group.memory) ? group.memory.keepers[0] : undefined;
    const strict =
      keeper?.kind === 'memory-nodes' ||
      (keeper?.kind === 'backing' && effective(keeper.backing.policy) === 'bind');
    const nodes = strict && isKept(group.memory) ? group.memory.nodes : undefined;
    const at = keeper?.value.span ?? group.node?.label ?? placeOf(guest.memory.size);
    return [{ group, size, nodes, page: pages.size, at }];
  });

function sizeOfAll(guest: Guest): Bytes | undefined {
  const all = ramSize(guest) ?? effective(guest.memory.size);
  const plugged = effective(guest.memory.inDevices);
  if (all === undefined || guest.dialect === 'qemu') return all;
  return plugged === undefined || plugged > all ? undefined : all - plugged;
}

/** What pages a group is made of; undefined where that is not known. */
function pagesOf(guest: Guest, { backing }: Group, host: Host): { size: Bytes | undefined } | undefined {
  if (backing.state === 'unknown') return undefined;
  if (backing.state === 'found') {
    const { huge } = backing.item;
    if (effective(huge) === undefined) return undefined;
    const size = hugePageOf(backing.item, host);
    if (effective(huge) === false) return { size: undefined };
    return size === undefined ? undefined : { size };
  }
  const { path } = guest.memory;
  if (path.state === 'absent') return { size: undefined };
  const size = isKnown(path) ? pageSizeAt(path.value, host) : undefined;
  return size === undefined ? undefined : { size };
}

/** Whether all pages are taken when the guest starts: asked for, or pinned for a device of the host. */
export function isTakenAtStart(guest: Guest, { backing }: Group): boolean {
  if (pinsMemory(guest)) return true;
  if (backing.state !== 'found') return false;
  return effective(backing.item.prealloc) === true || isFilledByLibvirt(guest, backing.item);
}

/** A device of the host is given all memory; a mediated one, which has no address, only what its driver asks for. */
export const pinsMemory = ({ pci }: Guest): boolean =>
  pci.devices.items.some(({ role, hostAddress }) => role === 'passthrough' && isKnown(hostAddress));

/** libvirt has huge pages filled at the start (src/qemu/qemu_command.c: qemuBuildMemoryBackendProps). */
const isFilledByLibvirt = ({ dialect }: Guest, { huge }: Backing): boolean =>
  dialect === 'libvirt' && effective(huge) === true;

/**
 * The sets of host nodes that are asked for more than they have, the smallest ones first; a set that only contains
 * another one of these is left out.
 * @param roomOf what a node has for these demands; undefined where the profile does not tell.
 */
export function overdrawn<T extends Demand & { readonly nodes: IndexSet }>(
  demands: readonly T[],
  roomOf: (node: number) => Bytes | undefined,
): { nodes: IndexSet; asked: Bytes; room: Bytes; demands: T[] }[] {
  const sets = [...new Map(demands.map(({ nodes }) => [nodes.toString(), nodes])).values()];
  sets.sort((a, b) => a.size - b.size);
  const found: ReturnType<typeof overdrawn<T>> = [];
  for (const nodes of sets) {
    if (found.some((smaller) => smaller.nodes.subtract(nodes).isEmpty)) continue;
    const rooms = [...nodes].map(roomOf);
    if (rooms.some((room) => room === undefined)) continue;
    const within = demands.filter((demand) => demand.nodes.subtract(nodes).isEmpty);
    const asked = within.reduce((sum, { size }) => sum + size, 0n);
    const room = rooms.reduce<Bytes>((sum, each) => sum + each!, 0n);
    if (asked > room) found.push({ nodes, asked, room, demands: within });
  }
  return found;
}

/** Demands that are bound to host nodes, whatever else there is. */
export const boundOnes = (demands: readonly Demand[]): (Demand & { readonly nodes: IndexSet })[] =>
  demands.flatMap((demand) => (demand.nodes ? [{ ...demand, nodes: demand.nodes }] : []));
