import { mayGainChildren } from '../../../dialects/libvirt/templates.ts';
import { LEVELS } from '../../../guest/topology.ts';
import { effective, isKnown } from '../../../guest/value.ts';
import { child, children } from '../../../syntax/xml/query.ts';
import { touches } from '../../../text/span.ts';
import { IndexSet } from '../../../values/indexSet.ts';
import { type LibvirtPlace, type Proposal, proposeChanges } from '../refactoring.ts';
import { largestUnit } from './units.ts';

/** Gives every socket of the topology a guest node: its vCPUs, and its share of the memory. */
export function cellsFromTopology(place: LibvirtPlace): Proposal[] {
  const { domain, guest } = place.variant;
  const [cpu, another] = children(domain, 'cpu');
  const topology = cpu && child(cpu, 'topology');
  if (!topology || another || !touches(topology, place.range)) return [];
  if (child(cpu, 'numa') || mayGainChildren(cpu) || mayGainChildren(domain)) return [];
  const sockets = effective(guest.topology.sockets);
  const vcpus = effective(guest.topology.maxVcpus);
  const { size, inDevices } = guest.memory;
  if (!sockets || sockets < 2 || !vcpus || vcpus % sockets !== 0 || !isKnown(size)) return [];
  const product = LEVELS.reduce((all, level) => all * (effective(guest.topology[level]) ?? 1), 1);
  // What is in memory devices is no cell's, and libvirt counts cells in KiB.
  const isWhole = size.value % (BigInt(sockets) * 1024n) === 0n && inDevices.state === 'absent';
  if (product !== vcpus || !isWhole) return [];
  const share = vcpus / sockets;
  const { number, unit } = largestUnit(size.value / BigInt(sockets));
  const cells = Array.from({ length: sockets }, (_, socket) => ({
    name: 'cell',
    attributes: {
      id: String(socket),
      cpus: IndexSet.of([[socket * share, (socket + 1) * share - 1]]).toString(),
      memory: String(number),
      unit,
    },
  }));
  return proposeChanges(place, `Add a guest NUMA node for each of the ${sockets} sockets`, 'nothing', [
    { op: 'add-element', parent: cpu, template: { name: 'numa', children: cells }, after: topology },
  ]);
}
