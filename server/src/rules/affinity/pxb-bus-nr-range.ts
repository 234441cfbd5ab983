import type { Guest } from '../../guest/guest.ts';
import type { PciBus } from '../../guest/pci.ts';
import { effective, isKnown, malformed, placeOf } from '../../guest/value.ts';
import { defineRule } from '../define.ts';
import { busNumberFixes } from './busNumberFixes.ts';

export default defineRule({
  name: 'pxb-bus-nr-range',
  reads: 'guest',
  topic: 'affinity',
  severity: 'error',
  explains: ['pxb-bus-nr-room'],
  summary: 'A bus number is none that an expander bus can have.',
  sources: [
    { title: "QEMU: Parameter 'bus_nr' expects uint8_t", ref: 'hw/core/qdev-properties.c: set_uint8' },
    {
      title: 'libvirt: PCI controller busNr out of range - must be 1-254',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefControllerPCI',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    for (const bus of guest.pci.buses.items) {
      const message = bus.dialect === 'libvirt' ? inLibvirt(bus) : inQemu(bus);
      if (message === undefined) continue;
      report({ message, at: placeOf(bus.busNr), about: bus, fixes: fixesFor(guest, bus) });
    }
  },
});

function inQemu({ role, busNr }: PciBus): string | undefined {
  const text = malformed(busNr) ?? (isKnown(busNr) && busNr.value > 255 ? String(busNr.value) : undefined);
  if (role !== 'expander' || text === undefined) return undefined;
  const words = /^-?\d+$|^0x/i.test(text) ? 'uint8_t' : 'integer';
  return `${text} is no bus number, they go from 1 to 255: QEMU stops with "Parameter 'bus_nr' expects ${words}".`;
}

function inLibvirt({ role, busNr, id, model }: PciBus): string | undefined {
  const text = malformed(busNr);
  if (text !== undefined) {
    return (
      `${text} is no number: libvirt refuses the domain with "Invalid value for attribute 'busNr' in element ` +
      `'target': '${text}'. Expected integer value".`
    );
  }
  if (!isKnown(busNr)) return undefined;
  if (role !== 'expander') {
    return (
      `Only expander buses have a bus number of their own, a ${model} gets its from the firmware: libvirt refuses ` +
      `the domain with "Option 'busNr' is not valid for PCI controller with index '${effective(id)}', model '${model}'".`
    );
  }
  if (busNr.value >= 1 && busNr.value <= 254) return undefined;
  return (
    `An expander bus cannot have bus number ${busNr.value}: libvirt refuses the domain with ` +
    `"PCI controller busNr '${busNr.value}' out of range - must be 1-254".`
  );
}

function fixesFor(guest: Guest, bus: PciBus) {
  const remove = {
    title: 'Remove the bus number',
    applicability: 'suggestion',
    changes: [{ op: 'set', entity: bus, field: 'busNr', to: undefined }],
  } as const;
  if (bus.role !== 'expander') return [remove];
  return [...busNumberFixes(guest, bus), ...(bus.dialect === 'libvirt' ? [remove] : [])];
}
