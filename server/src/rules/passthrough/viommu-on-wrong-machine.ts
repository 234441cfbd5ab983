import type { Guest } from '../../guest/guest.ts';
import type { Iommu } from '../../guest/iommu.ts';
import { machineProbablyTaken, q35Instead } from '../../guest/machine.ts';
import { effective } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';

/** Machines of QEMU for x86 that take no device on the system bus, and have names of their own. */
const OTHERS = new Set(['microvm', 'isapc', 'none']);

export default defineRule({
  name: 'viommu-on-wrong-machine',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'error',
  summary: 'A virtual IOMMU stands on a machine other than q35.',
  sources: [
    {
      title: "QEMU: Parameter 'driver' expects a dynamic sysbus device type for the machine",
      ref: 'softmmu/qdev-monitor.c: qdev_get_device_class; hw/i386/pc_q35.c: machine_class_allow_dynamic_sysbus_dev',
    },
    {
      title: "libvirt: IOMMU device: 'intel' is only supported with Q35 machines",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefIOMMU',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const type =
      guest.dialect === 'libvirt' ? machineProbablyTaken(guest.machine) : effective(guest.machine.type);
    if (!type || !(type.family === 'i440fx' || OTHERS.has(type.name))) return;
    for (const iommu of guest.pci.iommus.items) {
      report({
        message: `Only q35 has a place for this IOMMU, and the machine is ${type.name}: ${refusal(guest, iommu)}.`,
        at: iommu.label,
        about: iommu,
        fixes: fixesFor(guest, iommu),
      });
    }
  },
});

function refusal(guest: Guest, { model }: Iommu): string {
  if (guest.dialect === 'qemu')
    return `QEMU stops with "Parameter 'driver' expects a dynamic sysbus device type for the machine"`;
  // What it says of an AMD one depends on its version: 9.0 does not know the model.
  return model === 'intel'
    ? `libvirt refuses the domain with "IOMMU device: 'intel' is only supported with Q35 machines"`
    : 'libvirt refuses the domain';
}

function fixesFor({ machine: { type } }: Guest, iommu: Iommu): Fix[] {
  const without: Fix = {
    title: 'Do without the IOMMU',
    applicability: 'suggestion',
    changes: [{ op: 'remove', entity: iommu }],
  };
  // The properties of the others are not those of q35.
  if (type.state !== 'known' || !type.slot || type.value.family !== 'i440fx') return [without];
  const text = q35Instead(type.value);
  return [
    {
      title: `Choose machine ${text}`,
      applicability: 'suggestion',
      changes: [{ op: 'replace', value: type, text }],
    },
    without,
  ];
}
