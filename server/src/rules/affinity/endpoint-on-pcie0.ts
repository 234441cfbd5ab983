import type { Guest } from '../../guest/guest.ts';
import type { Device, PciBus } from '../../guest/pci.ts';
import { atStart, isOn, pluggedName } from '../../guest/plugged.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';
import { plugBelow } from './placement.ts';

export default defineRule({
  name: 'endpoint-on-pcie0',
  reads: 'guest',
  topic: 'affinity',
  severity: 'hint',
  summary: 'A GPU or passed-through device sits on the root bus of PCI Express itself, without a port.',
  sources: [
    { title: 'QEMU: place only legacy devices on the root complex', ref: 'docs/pcie.txt, section 2.1' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const family = effective(guest.machine.type)?.family;
    if (family !== 'q35' && family !== 'virt') return;
    for (const device of guest.pci.devices.items) {
      const { id, target } = device.bus;
      // Without an address libvirt makes a port for it.
      if (
        target.state !== 'found' ||
        target.item.role !== 'root' ||
        effective(id) === undefined ||
        !isOn(device, target.item)
      )
        continue;
      if (device.role !== 'passthrough' && !isChosenDisplay(device)) continue;
      const place = device.place;
      if (isKnown(place) && place.value.fn > 0) continue;
      const name = pluggedName(device);
      report({
        message:
          `${atStart(name)} sits on the root bus itself, where the guest takes it for ` +
          'a part of the chipset: it has no PCI Express link and cannot be unplugged. Its place is behind a root port.',
        at: isKnown(id) ? id.span : device.label,
        about: device,
        fixes: fixesFor(guest, device, target.item),
      });
    }
  },
});

function fixesFor(guest: Guest, device: Device, root: PciBus): Fix[] {
  if (device.dialect === 'libvirt') {
    return [
      {
        title: 'Leave the address to libvirt, which makes a root port',
        applicability: 'suggestion',
        changes: [{ op: 'set', entity: device, field: 'place', to: undefined }],
      },
    ];
  }
  const changes = plugBelow(guest, device, root);
  return changes ? [{ title: 'Put a root port in between', applicability: 'suggestion', changes }] : [];
}

/** A virtio-gpu that was put there; slot 1 is where libvirt puts the first display of every guest. */
function isChosenDisplay({ driver, bus, place }: Device): boolean {
  if (!/^virtio-gpu/.test(effective(driver) ?? '') || !isKnown(bus.id)) return false;
  return !(isKnown(place) && place.value.slot === 1);
}
