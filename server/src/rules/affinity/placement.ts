import { findBusNumber } from '../../dialects/busNumbers.ts';
import { ALL_BUS_NUMBERS, busNumbersOf, countBusNumbers, endOf } from '../../guest/busNumbers.ts';
import type { ModelChange, NewExpander, NewPort } from '../../guest/change.ts';
import type { Guest } from '../../guest/guest.ts';
import type { Device, PciBus } from '../../guest/pci.ts';
import { busName, freeSlot } from '../../guest/plugged.ts';
import { busesBelow, devicesOn, nodeId, nodesWithCpus, rootOf } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import type { Fix } from '../define.ts';
import { writeBusNumbers } from './busNumberFixes.ts';

/**
 * One fix per guest node with vCPUs: the device goes below a root bus that carries the node. None in a guest with
 * one node, where being near it tells nothing.
 * @param preferred the node to offer first, where the user has named one.
 */
export function placementFixes(guest: Guest, device: Device, preferred?: number): Fix[] {
  const nodes = (nodesWithCpus(guest) ?? []).map(nodeId);
  if (nodes.length < 2) return [];
  if (preferred !== undefined) nodes.sort((a, b) => Number(b === preferred) - Number(a === preferred));
  const above = rootOf(device);
  return nodes.flatMap((node): Fix[] => {
    if (node === undefined) return [];
    if (above?.role === 'expander' && above.node.state === 'absent') return [giveNode(above, node)];
    const changes = placeNear(guest, device, node);
    return changes
      ? [{ title: `Place the device near guest node ${node}`, applicability: 'suggestion', changes }]
      : [];
  });
}

/** Gives an expander, and with it all that hangs below, a guest node. */
export const giveNode = (expander: PciBus, node: number): Fix => ({
  title: `Give ${busName(expander)} guest node ${node}`,
  applicability: 'suggestion',
  changes: [{ op: 'set', entity: expander, field: 'node', to: node }],
});

/** The changes that put a device, with the other functions of its slot, below an expander of a guest node. */
export function placeNear(guest: Guest, device: Device, node: number): ModelChange[] | undefined {
  const family = effective(guest.machine.type)?.family;
  if (family === undefined || family === 'other') return undefined;
  const functions = functionsOf(guest, device);
  if (!functions) return undefined;
  const expander = expanderOf(guest, node);
  const first = functions[0]!;
  if (expander) return moveBelow(guest, functions, expander);
  const created: NewExpander = { kind: 'new-expander', node };
  return [
    ...writeBusNumbers(guest),
    { op: 'add', entity: created, before: first },
    ...moveBelow(guest, functions, created),
  ];
}

/**
 * The changes that put a device below a root or an expander, with a port in between; an expander gets another bus
 * number where there is none left for the port. Undefined where that cannot be said.
 */
export function plugBelow(guest: Guest, device: Device, above: PciBus): ModelChange[] | undefined {
  const functions = functionsOf(guest, device);
  if (!functions) return undefined;
  const changes = moveBelow(guest, functions, above);
  if (hasRoom(guest, above) || freePort(guest, above)) return changes;
  if (above.role === 'root') return undefined;
  const number = findBusNumber(guest, countBusNumbers(guest, above) + 1, [], [above]);
  return number === undefined
    ? undefined
    : [...changes, { op: 'set', entity: above, field: 'busNr', to: number }];
}

/** Functions of one slot, moved together. PCI Express wants a port in between, conventional PCI none. */
function moveBelow(guest: Guest, functions: readonly Device[], above: PciBus | NewExpander): ModelChange[] {
  const conventional = effective(guest.machine.type)?.family === 'i440fx';
  const bus = conventional ? above : portBelow(guest, above);
  const changes: ModelChange[] =
    bus.kind === 'new-port' ? [{ op: 'add', entity: bus, before: functions[0]! }] : [];
  for (const item of functions) {
    const fn = functions.length > 1 && isKnown(item.place) ? { fn: item.place.value.fn } : {};
    changes.push({ op: 'set', entity: item, field: 'bus', to: bus, ...fn });
  }
  return changes;
}

/** The device and those that share its slot, in order; undefined where that cannot be told. */
function functionsOf(guest: Guest, device: Device): Device[] | undefined {
  if (device.place.state === 'absent') return [device];
  if (!isKnown(device.place) || device.bus.target.state !== 'found') return undefined;
  const { slot } = device.place.value;
  const { item: bus } = device.bus.target;
  const named = effective(device.bus.id);
  const neighbours = guest.pci.devices.items.filter(
    ({ bus: { id, target } }) => target.state === 'found' && target.item === bus && effective(id) === named,
  );
  if (neighbours.some((other) => other.place.state === 'unknown')) return undefined;
  return neighbours.filter((other) => isKnown(other.place) && other.place.value.slot === slot);
}

/** An expander of the node that can take one more device. */
const expanderOf = (guest: Guest, node: number): PciBus | undefined =>
  guest.pci.buses.items.find(
    (bus) =>
      bus.role === 'expander' &&
      isKnown(bus.id) &&
      isKnown(bus.node) &&
      bus.node.value === node &&
      takesOneMore(guest, bus),
  );

function takesOneMore(guest: Guest, expander: PciBus): boolean {
  if (effective(guest.machine.type)?.family === 'i440fx') return freeSlot(guest, expander, 1) !== undefined;
  return freePort(guest, expander) !== undefined || hasRoom(guest, expander);
}

/** True where one more bus number is left behind those that the expander takes. */
function hasRoom(guest: Guest, expander: PciBus): boolean {
  if (expander.busNr.state === 'unknown') return true;
  const all = busNumbersOf(guest);
  const own = all.find(({ bus }) => bus === expander);
  if (!own) return false;
  const next = all.find(({ first }) => first > own.first)?.first ?? ALL_BUS_NUMBERS;
  return endOf(own) < next;
}

/** A port below a root that nothing uses yet, else a new one. */
const portBelow = (guest: Guest, above: PciBus | NewExpander): PciBus | NewPort =>
  (above.kind === 'pci-bus' ? freePort(guest, above) : undefined) ?? { kind: 'new-port', parent: above };

const freePort = (guest: Guest, above: PciBus): PciBus | undefined =>
  busesBelow(guest, above).find(
    (bus) =>
      bus.role === 'port' &&
      isKnown(bus.id) &&
      devicesOn(guest, bus).length === 0 &&
      busesBelow(guest, bus).length === 0,
  );
