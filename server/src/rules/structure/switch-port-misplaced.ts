import { isOpen } from '../../guest/collection.ts';
import type { PciBus } from '../../guest/pci.ts';
import { atStart, busName, libvirtAddress, placeOn } from '../../guest/plugged.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';

/** The two halves of a switch, and for libvirt what each must be plugged into. */
const PLACES: Readonly<Record<string, ReadonlySet<string>>> = {
  'pcie-switch-upstream-port': new Set(['pcie-root-port', 'pcie-switch-downstream-port']),
  'pcie-switch-downstream-port': new Set(['pcie-switch-upstream-port']),
};

export default defineRule({
  name: 'switch-port-misplaced',
  reads: 'guest',
  topic: 'structure',
  severity: 'error',
  // QEMU takes it; what comes of it is the guest's matter.
  severityIn: { qemu: 'warning' },
  summary: 'A port of a PCI Express switch is not plugged into the other half of a switch.',
  explains: ['endpoint-directly-on-pxb'],
  sources: [
    { title: 'QEMU: plug only upstream and downstream ports together', ref: 'docs/pcie.txt, section 2.3' },
    {
      title: 'Linux: NULL pointer in pcie_aspm_init_link_state',
      ref: 'drivers/pci/pcie/aspm.c: pcie_aspm_init_link_state (6.1)',
    },
    {
      title: 'libvirt: It requires a controller that accepts a pcie-switch-downstream-port',
      ref: 'src/conf/domain_addr.c: virDomainPCIAddressFlagsCompatible',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const bus of context.guest.pci.buses.items) {
      if (bus.dialect === 'libvirt') checkLibvirt(context, bus);
      else if (bus.model === 'xio3130-downstream') checkQemu(context, bus);
    }
  },
});

/** Below a port it works, although no switch is built so. */
function checkQemu({ report }: GuestContext, bus: PciBus): void {
  const { id, target } = bus.parent;
  if (target.state !== 'found' || (target.item.role !== 'root' && target.item.role !== 'expander')) return;
  report({
    message:
      `${atStart(busName(bus))} is the downstream port of a switch that is not there: it sits on ${busName(target.item)}. ` +
      'QEMU takes it, and a Linux guest stops with a kernel panic as soon as a device is behind it.',
    at: isKnown(id) ? id.span : bus.label,
    about: bus,
    fixes: [asRootPort(bus)],
  });
}

function checkLibvirt({ guest, report }: GuestContext, bus: PciBus): void {
  const accepted = PLACES[bus.model];
  const { id, target } = bus.parent;
  if (!accepted || target.state !== 'found' || id.state === 'unknown') return;
  const fixes = bus.model === 'pcie-switch-downstream-port' ? [asRootPort(bus)] : [];
  if (isKnown(id)) {
    const place = placeOn(bus);
    // An index that no controller has becomes one that libvirt makes.
    if (!place || effective(target.item.id) !== id.value || accepted.has(target.item.model)) return;
    report({
      message:
        `${atStart(busName(bus))} is half of a switch and is plugged into ${busName(target.item)}, a ${target.item.role === 'root' ? 'root bus' : target.item.model}: ` +
        `libvirt refuses the domain with "The device at PCI address ${libvirtAddress(target.item, place)} cannot be plugged ` +
        `into the PCI controller with index='${id.value}'. It requires a controller that accepts a ${bus.model}."`,
      at: id.span,
      about: bus,
      fixes,
    });
    return;
  }
  const { buses } = guest.pci;
  const needsUpstream = bus.model === 'pcie-switch-downstream-port';
  if (!needsUpstream || isOpen(buses) || buses.items.some(({ model }) => accepted.has(model))) return;
  report({
    message:
      `${atStart(busName(bus))} is the downstream port of a switch that is not there: libvirt refuses the domain with ` +
      `"a PCI slot is needed to connect a PCI controller model='${bus.model}', but none is available, and it cannot be ` +
      'automatically added".',
    at: bus.label,
    about: bus,
    fixes,
  });
}

const asRootPort = (bus: PciBus): Fix => ({
  title: 'Make it a root port',
  applicability: 'suggestion',
  changes: [
    { op: 'set', entity: bus, field: 'model', to: 'pcie-root-port' },
    // Libvirt lets a root port sit on a root only, and finds a place there.
    ...(bus.dialect === 'libvirt' && isKnown(bus.parent.id)
      ? [{ op: 'set', entity: bus, field: 'place', to: undefined } as const]
      : []),
  ],
});
