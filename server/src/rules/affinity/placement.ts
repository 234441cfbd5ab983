import type { ModelChange, NewExpander, NewPort } from '../../guest/change.ts';
import type { Guest } from '../../guest/guest.ts';
import type { Device, PciBus } from '../../guest/pci.ts';
import { busesBelow, devicesOn, nodeId, nodesWithCpus } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import type { Fix } from '../define.ts';

/**
 * One fix per guest node with vCPUs: the device goes below a root bus that carries the node.
 * @param preferred the node to offer first, where the user has named one.
 */
export function placementFixes(guest: Guest, device: Device, preferred?: number): Fix[] {
  const nodes = (nodesWithCpus(guest) ?? []).map(nodeId);
  nodes.sort((a, b) => Number(b === preferred) - Number(a === preferred));
  return nodes.flatMap((node) => {
    const changes = node === undefined ? undefined : placeNear(guest, device, node);
    if (!changes) return [];
    return [
      {
        title: `Place the device near guest node ${node}`,
        applicability: 'suggestion',
        changes,
      } as const,
    ];
  });
}

/** The changes that put a device, with the other functions of its slot, below an expander of a guest node. */
function placeNear(guest: Guest, device: Device, node: number): ModelChange[] | undefined {
  const family = effective(guest.machine.type)?.family;
  if (family === undefined || family === 'other') return undefined;
  const functions = functionsOf(guest, device);
  if (!functions) return undefined;
  const changes: ModelChange[] = [];
  const expander = expanderOf(guest, node) ?? ({ kind: 'new-expander', node } satisfies NewExpander);
  const first = functions[0]!;
  if (expander.kind === 'new-expander') changes.push({ op: 'add', entity: expander, before: first });
  // On a conventional machine the expander is itself a bus with slots; PCI Express wants a port in between.
  const bus = family === 'i440fx' ? expander : portBelow(guest, expander);
  if (bus.kind === 'new-port') changes.push({ op: 'add', entity: bus, before: first });
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
  const neighbours = devicesOn(guest, device.bus.target.item);
  if (neighbours.some((other) => other.place.state === 'unknown')) return undefined;
  return neighbours.filter((other) => isKnown(other.place) && other.place.value.slot === slot);
}

const expanderOf = (guest: Guest, node: number): PciBus | undefined =>
  guest.pci.buses.items.find(
    (bus) => bus.role === 'expander' && isKnown(bus.id) && isKnown(bus.node) && bus.node.value === node,
  );

/** A port below the expander that nothing uses yet, else a new one. */
function portBelow(guest: Guest, expander: PciBus | NewExpander): PciBus | NewPort {
  if (expander.kind === 'pci-bus') {
    const free = busesBelow(guest, expander).find(
      (bus) =>
        bus.role === 'port' &&
        isKnown(bus.id) &&
        devicesOn(guest, bus).length === 0 &&
        busesBelow(guest, bus).length === 0,
    );
    if (free) return free;
  }
  return { kind: 'new-port', parent: expander };
}
