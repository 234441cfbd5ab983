import type { PciBus, Plugged } from '../../guest/pci.ts';
import { atStart, busName, libvirtAddress, placeOn, pluggedInto, pluggedName } from '../../guest/plugged.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';
import { portFixes } from './ownPort.ts';

export default defineRule({
  name: 'root-port-second-slot',
  reads: 'guest',
  topic: 'structure',
  severity: 'error',
  summary: 'A device sits in a slot of a port that does not exist: a port has slot 0 only.',
  sources: [
    {
      title: 'QEMU: parent device only allows plugging into slot 0 (a warning since 8.1)',
      ref: 'hw/pci/pci.c: do_pci_register_device',
    },
    { title: 'libvirt: slot must be <= 0', ref: 'src/conf/domain_addr.c: virDomainPCIAddressValidate' },
  ],
  since: '0.1.0',
  check(context) {
    for (const port of context.guest.pci.buses.items) {
      if (port.role !== 'port') continue;
      for (const item of pluggedInto(context.guest, port)) {
        if ((placeOn(item)?.slot ?? 0) > 0) report(context, port, item);
      }
    }
  },
});

function report({ guest, report }: GuestContext, port: PciBus, item: Plugged): void {
  const place = placeOn(item)!;
  const name = pluggedName(item);
  const first = pluggedInto(guest, port).find((other) => placeOn(other)?.slot === 0);
  const slot = place.slot.toString(16);
  const fact = isKnown(item.place)
    ? `${name} is put into slot ${slot} of ${busName(port)}, but a port has slot 0 only`
    : `${busName(port)} takes one device and has ${first ? pluggedName(first) : 'one'} already, so QEMU puts ${name} into slot ${slot}`;
  report({
    message: `${atStart(fact)}: ${consequence()}.`,
    at: isKnown(item.place) ? item.place.span : item.label,
    about: item,
    ...(first ? { related: [{ span: first.label, message: 'This one has slot 0.' }] } : {}),
    fixes: fixes(),
  });

  function consequence(): string {
    if (item.dialect === 'qemu') return 'the guest does not find it there';
    return `libvirt refuses the domain with "Invalid PCI address ${libvirtAddress(port, place)}. slot must be <= 0"`;
  }

  function fixes(): Fix[] {
    const taken = pluggedInto(guest, port).some(
      (other) => placeOn(other)?.slot === 0 && placeOn(other)?.fn === place.fn,
    );
    if (taken || (place.fn === 0 && first)) return portFixes(guest, item, port);
    return [
      {
        title: 'Put it into slot 0',
        applicability: 'safe',
        changes: [{ op: 'set', entity: item, field: 'place', to: { slot: 0, fn: place.fn } }],
      },
    ];
  }
}
