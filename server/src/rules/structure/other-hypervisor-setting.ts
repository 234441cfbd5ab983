import { effective } from '../../guest/value.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { devicesOf } from '../refusal.ts';
import { type Table, tellUnfit } from '../unfit.ts';

const oneOf =
  (...values: readonly string[]) =>
  (value: string): boolean =>
    values.includes(value);

const DOMAIN: Table = () => [
  {
    path: 'bootloader',
    fact: 'A <bootloader> of the host starts guests of Xen, and QEMU has its firmware for that',
    words: 'bootloader is not supported by QEMU',
  },
  {
    path: 'memtune/min_guarantee',
    fact: 'Only other hypervisors promise a guest memory, and QEMU takes what the host gives',
    words: "Parameter 'min_guarantee' not supported by QEMU.",
  },
];

const isPc = (_: XmlElement, { guest }: LibvirtContext): boolean =>
  effective(guest.machine.arch) === 'x86_64';

const DEVICES = Object.entries<Table>({
  video: () => [
    {
      path: 'model@type',
      of: oneOf('xen', 'vbox', 'parallels', 'gop'),
      fact: 'QEMU has no display of the type {value}',
      words: "domain configuration does not support video model '{value}'",
      instead: ['virtio'],
      removable: false,
    },
  ],
  console: () => [
    {
      path: 'target@type',
      of: oneOf('xen', 'uml', 'lxc', 'openvz'),
      fact: 'QEMU has no console of the type {value}',
      words: 'unsupported console target type {value}',
      instead: ['virtio', 'serial'],
      removable: false,
    },
  ],
  input: () => [
    {
      path: '@bus',
      of: oneOf('xen', 'parallels'),
      fact: 'QEMU has no input devices on {value}',
      words: 'unsupported input bus {value}',
      instead: ['usb', 'virtio'],
      removable: false,
    },
  ],
  panic: () => [
    {
      path: '@model',
      of: oneOf('s390'),
      within: isPc,
      fact: 'A panic of the model s390 is a part of that machine, and this is a PC',
      words: "only S390 guests support panic device of model 's390'",
      instead: ['isa'],
    },
    {
      path: '@model',
      of: oneOf('pseries'),
      within: isPc,
      fact: 'A panic of the model pseries is a part of that machine, and this is a PC',
      words: "only pSeries guests support panic device of model 'pseries'",
      instead: ['isa'],
    },
  ],
  serial: () => [
    {
      path: 'target@type',
      of: oneOf('spapr-vio-serial', 'sclp-serial'),
      within: isPc,
      fact: 'A {value} is a part of another machine, and this is a PC',
      words: "Serial device with target type '{value}'",
      instead: ['isa-serial'],
      removable: false,
    },
    {
      path: 'target/model@name',
      of: oneOf('pl011', '16550a'),
      within: isPc,
      fact: 'A {value} is a part of another machine, and this is a PC',
      words: 'not compatible with guest architecture or machine type',
      removable: false,
    },
  ],
  nvram: () => [
    {
      path: '',
      within: isPc,
      fact: 'An <nvram> among the devices is that of POWER, and this is a PC',
      words: 'nvram device is only supported for PPC64',
    },
  ],
  memballoon: () => [
    {
      path: '@model',
      of: oneOf('xen'),
      fact: "QEMU's balloon is one of virtio",
      words: "Memory balloon device type 'xen' is not supported by this version of qemu",
      instead: ['virtio'],
      removable: false,
    },
  ],
});

export default defineRule({
  name: 'other-hypervisor-setting',
  reads: 'libvirt',
  concerns: ['bootloader', 'min_guarantee', ...DEVICES.map(([name]) => name)],
  topic: 'structure',
  severity: 'error',
  summary: 'A domain of QEMU asks for what only another hypervisor, or another machine, has.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: bootloader is not supported by QEMU',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDef and the functions for devices',
    },
  ],
  since: '0.1.0',
  check(context) {
    tellUnfit(context, context.domain, DOMAIN);
    for (const [name, table] of DEVICES) {
      for (const device of devicesOf(context.domain, name)) tellUnfit(context, device, table);
    }
  },
});
