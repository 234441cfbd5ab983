import type { Guest } from '../../guest/guest.ts';
import type { Plugged } from '../../guest/pci.ts';
import { atStart, busName, busOf, libvirtAddress, placeOn, pluggedName } from '../../guest/plugged.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';
import { plugBelow } from './placement.ts';

/** Expanders that take devices straight away: those of conventional PCI. */
const TAKES_DEVICES = new Set(['pxb', 'pci-expander-bus']);

/** All that libvirt lets sit on a pcie-expander-bus; QEMU takes any bridge. */
const LIBVIRT_TAKES = new Set(['pcie-root-port', 'dmi-to-pci-bridge']);

export default defineRule({
  name: 'endpoint-directly-on-pxb',
  reads: 'guest',
  topic: 'affinity',
  severity: 'error',
  summary: 'A device is plugged straight into an expander bus of PCI Express, without a port.',
  explains: ['gpu-no-guest-affinity', 'virtio-gpu-affinity-meaningless'],
  sources: [
    {
      title: 'QEMU: Only PCI/PCIe bridges can be plugged into pxb-pcie',
      ref: 'hw/pci/pci.c: pci_qdev_realize',
    },
    {
      title: 'libvirt: cannot be plugged into the PCI controller',
      ref: 'src/conf/domain_addr.c: virDomainPCIControllerModelToConnectType',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    if (!guest.pci.buses.items.some(({ role }) => role === 'expander')) return;
    for (const item of [...guest.pci.buses.items, ...guest.pci.devices.items]) {
      const { id, target } = busOf(item);
      if (!isKnown(id) || target.state !== 'found') continue;
      const expander = target.item;
      if (expander.role !== 'expander' || TAKES_DEVICES.has(expander.model) || isTaken(item)) continue;
      report({
        message: `${atStart(pluggedName(item))} is plugged straight into ${busName(expander)}, which takes only ports and bridges: ${refusal(item)}.`,
        at: id.span,
        about: item,
        related: [{ span: expander.label, message: 'The expander bus is made here.' }],
        fixes: item.kind === 'device' ? fixFor(guest, item, expander) : [],
      });
    }
  },
});

function isTaken(item: Plugged): boolean {
  if (item.kind === 'device') return item.role === 'other';
  // Of expanders pxb-not-on-root-bus speaks.
  return item.dialect === 'qemu' || item.role === 'expander' || LIBVIRT_TAKES.has(item.model);
}

function refusal(item: Plugged): string {
  const { target } = busOf(item);
  if (target.state !== 'found') return '';
  const expander = target.item;
  if (item.dialect === 'qemu') {
    return `QEMU stops with "PCI: Only PCI/PCIe bridges can be plugged into ${expander.model}"`;
  }
  return (
    `libvirt refuses the domain with "The device at PCI address ${libvirtAddress(expander, placeOn(item) ?? { slot: 0, fn: 0 })} ` +
    `cannot be plugged into the PCI controller with index='${effective(expander.id)}'"`
  );
}

function fixFor(
  guest: Guest,
  device: Plugged & { kind: 'device' },
  expander: Plugged & { kind: 'pci-bus' },
): Fix[] {
  const changes = plugBelow(guest, device, expander);
  if (!changes) return [];
  const fresh = changes.some((change) => change.op === 'add');
  return [
    {
      title: `Put ${fresh ? 'a root port' : 'the free root port'} between them`,
      // Another bus number is more than was asked for.
      applicability: changes.some((change) => change.op === 'set' && change.field === 'busNr')
        ? 'suggestion'
        : 'safe',
      changes,
    },
  ];
}
