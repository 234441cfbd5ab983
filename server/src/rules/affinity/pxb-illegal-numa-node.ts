import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { PciBus } from '../../guest/pci.ts';
import { atStart, busName } from '../../guest/plugged.ts';
import { nodeId } from '../../guest/queries.ts';
import { effective, isKnown, malformed, placeOf } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';
import { giveNode } from './placement.ts';

export default defineRule({
  name: 'pxb-illegal-numa-node',
  reads: 'guest',
  topic: 'affinity',
  severity: 'error',
  summary: 'An expander bus carries a guest node that does not exist.',
  sources: [
    {
      title: 'QEMU: Illegal numa node',
      ref: 'hw/pci-bridge/pci_expander_bridge.c: pxb_dev_realize_common',
    },
    {
      title: "libvirt: configured for a NUMA node not present in the domain's <cpu><numa> array",
      ref: 'src/qemu/qemu_domain_address.c: qemuDomainAssignPCIAddresses',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    for (const bus of guest.pci.buses.items) {
      const message = messageFor(guest, bus);
      if (message === undefined) continue;
      report({ message, at: placeOf(bus.node), about: bus, fixes: fixesFor(guest, bus) });
    }
  },
});

/** How many guest nodes there are; undefined where that is not known. */
function countNodes(guest: Guest): number | undefined {
  const nodes = complete(guest.nodes);
  if (!nodes) return undefined;
  // With memory to be added later QEMU makes a node 0 by itself.
  if (nodes.length === 0 && effective(guest.memory.growable) !== false) return undefined;
  return nodes.length;
}

function messageFor(guest: Guest, bus: PciBus): string | undefined {
  const text = malformed(bus.node);
  const { dialect } = bus;
  if (text !== undefined) {
    if (bus.role !== 'expander' || !/^-?\d+$/.test(text)) return undefined;
    const words =
      dialect === 'qemu' ? "Parameter 'numa_node' expects uint16_t" : 'invalid NUMA node in target';
    return `${text} is the number of no guest node: ${stops(bus)} with "${words}".`;
  }
  if (!isKnown(bus.node)) return undefined;
  const node = bus.node.value;
  if (dialect === 'libvirt' && bus.role !== 'expander') return misplaced(guest, bus);
  if (bus.role !== 'expander') return undefined;
  const count = countNodes(guest);
  if (count === undefined || node < count) return undefined;
  const words =
    dialect === 'qemu'
      ? `Illegal numa node ${node}`
      : `${bus.model} with index ${effective(bus.id)} is configured for a NUMA node (${node}) not present in the domain's <cpu><numa> array (${count})`;
  const have =
    count === 0 ? 'has no nodes' : `has ${count === 1 ? 'node 0 only' : `nodes 0 to ${count - 1}`}`;
  return `${atStart(busName(bus))} is to belong to guest node ${node}, but the guest ${have}: ${stops(bus)} with "${words}".`;
}

/** In XML only expanders may carry one; elsewhere it would have to come from the bus above. */
function misplaced(guest: Guest, bus: PciBus): string | undefined {
  const index = effective(bus.id);
  if (bus.role === 'root') {
    // A machine of another kind has as many roots as it likes, each with a node.
    if (effective(guest.machine.type)?.family === 'other') return undefined;
    // Without cells the refusal is that of a node that does not exist.
    const count = countNodes(guest);
    if (count === undefined || !isKnown(bus.node)) return undefined;
    const words =
      bus.node.value < count
        ? "The PCI controller with index=0 can't be associated with a NUMA node"
        : `${bus.model} with index 0 is configured for a NUMA node (${bus.node.value}) not present in the domain's <cpu><numa> array (${count})`;
    return `The machine's own root bus belongs to no guest node: libvirt refuses the domain with "${words}".`;
  }
  return (
    `A ${bus.model} takes the guest node of the expander bus above it: libvirt refuses the domain with ` +
    `"Option 'numaNode' is not valid for PCI controller with index '${index}', model '${bus.model}'".`
  );
}

const stops = (bus: PciBus): string => (bus.dialect === 'qemu' ? 'QEMU stops' : 'libvirt refuses the domain');

function fixesFor(guest: Guest, bus: PciBus): Fix[] {
  const remove: Fix = {
    title: 'Remove the guest node',
    applicability: 'suggestion',
    changes: [{ op: 'set', entity: bus, field: 'node', to: undefined }],
  };
  if (bus.role !== 'expander') return [remove];
  const ids = (complete(guest.nodes) ?? []).map(nodeId).filter((id) => id !== undefined);
  return [...ids.map((id) => giveNode(bus, id)), remove];
}
