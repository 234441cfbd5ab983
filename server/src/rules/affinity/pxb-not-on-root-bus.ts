import type { PciBus } from '../../guest/pci.ts';
import { atStart, busName } from '../../guest/plugged.ts';
import { effective } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'pxb-not-on-root-bus',
  reads: 'guest',
  topic: 'affinity',
  severity: 'error',
  summary: 'An expander bus hangs below another bus than the root of the machine.',
  // Its place is given up with the bus that it is moved from.
  explains: ['root-port-second-slot', 'pci-address-conflict'],
  sources: [
    {
      title: 'QEMU: PXB devices can be attached only to root bus',
      ref: 'hw/pci-bridge/pci_expander_bridge.c: pxb_register_bus',
    },
    {
      title: 'libvirt: cannot be plugged into the PCI controller',
      ref: 'src/conf/domain_addr.c: virDomainPCIAddressFlagsCompatible',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    for (const bus of guest.pci.buses.items) {
      const { id, target } = bus.parent;
      if (bus.role !== 'expander' || target.state !== 'found' || target.item.role === 'root') continue;
      const implicit = id.state === 'absent';
      const root = guest.pci.buses.items.find(({ role }) => role === 'root');
      const where = implicit
        ? `${atStart(busName(bus))} names no bus, so QEMU plugs it into the expander ${busName(target.item)} before it`
        : `${atStart(busName(bus))} is plugged into ${busName(target.item)}`;
      report({
        message: `${where}; an expander bus takes its place on the machine's root bus only. ${refusal(bus, target.item)}`,
        at: id.state === 'known' ? id.span : bus.label,
        about: bus,
        related: [{ span: target.item.label, message: `${atStart(busName(target.item))} is made here.` }],
        fixes: root
          ? [
              {
                title: `Plug it into ${bus.dialect === 'qemu' ? (effective(root.id) ?? 'the root bus') : 'the root bus'}`,
                applicability: implicit ? 'safe' : 'suggestion',
                changes: [{ op: 'set', entity: bus, field: 'bus', to: root }],
              },
            ]
          : [],
      });
    }
  },
});

/** Buses that QEMU takes for conventional PCI. */
const CONVENTIONAL = new Set(['pci-bridge', 'pci-bridge-seat', 'pcie-pci-bridge', 'i82801b11-bridge', 'pxb']);

function refusal(bus: PciBus, parent: PciBus): string {
  if (bus.dialect === 'libvirt') {
    const index = effective(parent.id);
    return (
      `Libvirt refuses the domain with "cannot be plugged into the PCI controller with index='${index}'. ` +
      `It requires a controller that accepts a ${bus.model}."`
    );
  }
  return `QEMU stops with "${qemuWords(bus, parent)}".`;
}

function qemuWords(bus: PciBus, parent: PciBus): string {
  if (parent.role === 'expander') return `PCI: Only PCI/PCIe bridges can be plugged into ${parent.model}`;
  const conventional = CONVENTIONAL.has(parent.model);
  if (conventional !== (bus.model === 'pxb')) {
    return `${bus.model} devices cannot reside on a ${conventional ? 'PCI' : 'PCIe'} bus`;
  }
  return 'PXB devices can be attached only to root bus';
}
