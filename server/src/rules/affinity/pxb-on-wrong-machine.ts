import { isOpen } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import { q35Instead } from '../../guest/machine.ts';
import type { PciBus } from '../../guest/pci.ts';
import { pluggedInto } from '../../guest/plugged.ts';
import { effective } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';

/** The expander that does the same on the other kind of root. */
const COUNTERPART: Readonly<Record<string, string>> = {
  pxb: 'pxb-pcie',
  'pxb-pcie': 'pxb',
  'pxb-cxl': 'pxb',
  'pci-expander-bus': 'pcie-expander-bus',
  'pcie-expander-bus': 'pci-expander-bus',
};

export default defineRule({
  name: 'pxb-on-wrong-machine',
  reads: 'guest',
  topic: 'affinity',
  severity: 'error',
  summary: 'An expander bus is of the kind that the machine does not take.',
  explains: ['endpoint-directly-on-pxb', 'implicit-bus-is-pxb'],
  sources: [
    {
      title: 'QEMU: pxb-pcie devices cannot reside on a PCI bus',
      ref: 'hw/pci-bridge/pci_expander_bridge.c: pxb_pcie_dev_realize, pxb_dev_realize',
    },
    {
      title: 'libvirt: pci-expander-bus controllers are only supported on 440fx-based machinetypes',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefControllerPCI',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    for (const bus of guest.pci.buses.items) {
      if (bus.role !== 'expander') continue;
      const refusal = bus.dialect === 'libvirt' ? libvirtRefusal(guest, bus) : qemuRefusal(guest, bus);
      if (!refusal) continue;
      report({
        message: `${refusal.fact}: ${bus.dialect === 'libvirt' ? 'libvirt refuses the domain' : 'QEMU stops'} with "${refusal.words}".`,
        at: bus.label,
        about: [bus, ...(refusal.toConventional ? pluggedInto(guest, bus) : [])],
        fixes: refusal.fixes,
      });
    }
  },
});

interface Refusal {
  readonly fact: string;
  readonly words: string;
  /** The expander for this machine takes devices straight away: then it is no mistake that they sit on it. */
  readonly toConventional: boolean;
  readonly fixes: readonly Fix[];
}

function qemuRefusal(guest: Guest, bus: PciBus): Refusal | undefined {
  const { target } = bus.parent;
  const machine = effective(guest.machine.type)?.name ?? 'this';
  if (target.state !== 'found') {
    const noPci = !isOpen(guest.pci.buses) && guest.pci.buses.items.every(({ role }) => role !== 'root');
    if (!noPci || bus.parent.id.state !== 'absent') return undefined;
    return {
      fact: `Machine ${machine} has no PCI`,
      words: `No 'PCI' bus found for device '${bus.model}'`,
      toConventional: false,
      fixes: otherMachine(guest),
    };
  }
  if (target.item.role !== 'root') return undefined;
  const express = target.item.model === 'pcie';
  if (express === (bus.model !== 'pxb')) return bus.model === 'pxb-cxl' ? cxlRefusal(guest, bus) : undefined;
  return {
    fact: `${bus.model} is for ${express ? 'conventional PCI' : 'PCI Express'}, and the root bus of machine ${machine} is ${
      express ? 'PCI Express' : 'conventional PCI'
    }`,
    words: `${bus.model} devices cannot reside on a ${express ? 'PCIe' : 'PCI'} bus`,
    toConventional: !express,
    fixes: [exchange(bus), ...(express ? [] : otherMachine(guest))],
  };
}

function cxlRefusal(guest: Guest, bus: PciBus): Refusal | undefined {
  const { cxl } = guest.pci;
  if (cxl.state === 'unknown' || effective(cxl)) return undefined;
  return {
    fact: 'pxb-cxl asks for a machine with cxl=on',
    words: 'CXL host bridges present, but cxl=off',
    toConventional: false,
    fixes: [
      {
        title: 'Switch CXL on',
        applicability: 'suggestion',
        changes: [{ op: 'set', entity: bus, field: 'cxl', to: true }],
      },
    ],
  };
}

function libvirtRefusal(guest: Guest, bus: PciBus): Refusal | undefined {
  const type = effective(guest.machine.type);
  if (!type || type.family === 'other') return undefined;
  const conventional = type.family === 'i440fx';
  if (bus.model === 'pci-expander-bus' && !conventional) {
    return {
      fact: `pci-expander-bus is for conventional PCI, and machine ${type.name} has PCI Express`,
      words: 'pci-expander-bus controllers are only supported on 440fx-based machinetypes',
      toConventional: false,
      fixes: [exchange(bus)],
    };
  }
  if (bus.model === 'pcie-expander-bus' && conventional) {
    return {
      fact: `pcie-expander-bus is for PCI Express, and machine ${type.name} has conventional PCI`,
      words: 'pcie-expander-bus controllers are not supported with this machine type',
      toConventional: true,
      fixes: [exchange(bus)],
    };
  }
  return undefined;
}

function exchange(bus: PciBus): Fix {
  const to = COUNTERPART[bus.model]!;
  return {
    title: `Make it a ${to}`,
    applicability: 'suggestion',
    changes: [{ op: 'set', entity: bus, field: 'model', to }],
  };
}

function otherMachine(guest: Guest): Fix[] {
  const { type } = guest.machine;
  if (type.state !== 'known' || !type.slot) return [];
  const text = q35Instead(type.value);
  return [
    {
      title: `Choose machine ${text}, which has PCI Express`,
      applicability: 'suggestion',
      changes: [{ op: 'replace', value: type, text }],
    },
  ];
}
