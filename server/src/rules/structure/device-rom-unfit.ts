import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf } from '../refusal.ts';
import { is, isNot, type Table, tellUnfit } from '../unfit.ts';

const isOffPci = (device: XmlElement): boolean =>
  isNot('address@type', 'pci', 'unassigned')(device) || is('@type', 'usb')(device);

const UNFIT: Table = () => [
  {
    path: 'rom',
    when: isOffPci,
    fact: 'Only PCI devices have a ROM, and this is none',
    words: 'ROM tuning is only supported for PCI devices',
  },
  ...['bar', 'file'].map((name) => ({
    path: `rom@${name}`,
    when: is('rom@enabled', 'no'),
    fact: `enabled='no' takes the ROM away, and ${name}= says how to show it`,
    words: 'ROM tuning is not supported when ROM is disabled',
  })),
  {
    path: 'acpi@index',
    of: (index) => /^\s*\+?0+$/.test(index),
    fact: 'The names that ACPI gives count from 1',
    words: "Invalid value for attribute 'index' in element 'acpi': Zero is not permitted",
  },
  {
    path: 'acpi',
    when: isOffPci,
    fact: 'ACPI names PCI devices, and this is none',
    words: 'ACPI index is only supported for PCI devices',
  },
];

export default defineRule({
  name: 'device-rom-unfit',
  reads: 'libvirt',
  concerns: ['hostdev', 'interface'],
  topic: 'structure',
  severity: 'error',
  summary:
    'A device that is not on PCI has a ROM or a name of ACPI, or one without a ROM has settings of it.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: ROM tuning is only supported for PCI devices',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceInfo',
    },
    {
      title: 'libvirt: ROM tuning is not supported when ROM is disabled',
      ref: 'src/conf/domain_conf.c, domain_postparse.c: virDomainDeviceDefPostParseCommon',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const name of ['hostdev', 'interface']) {
      for (const device of devicesOf(context.domain, name)) tellUnfit(context, device, UNFIT);
    }
  },
});
