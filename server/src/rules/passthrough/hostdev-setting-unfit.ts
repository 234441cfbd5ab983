import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, type Refusal, removeAttribute, removeElement, tellRefusal, word } from '../refusal.ts';
import { all, has, is, type Table, tellUnfit } from '../unfit.ts';

const isUsb = is('@type', 'usb');

const UNFIT: Table = () => [
  {
    path: '@model',
    when: is('@type', 'pci', 'usb', 'scsi'),
    fact: 'model= is for mediated devices and adapters, and this one is of type {@type}',
    words: "'model' attribute in <hostdev> is only supported when type=",
  },
  {
    path: 'source@startupPolicy',
    when: is('@type', 'pci', 'scsi', 'mdev', 'scsi_host'),
    fact: 'Only a USB device may be missing when the guest starts, and this one is of type {@type}',
    words: 'Setting startupPolicy is only allowed for USB devices',
  },
  {
    path: '@sgio',
    when: is('@type', 'pci', 'usb', 'mdev', 'scsi_host'),
    fact: 'sgio= is for single SCSI devices, and this one is of type {@type}',
    words: 'sgio is only supported for scsi host device',
  },
  {
    path: '@mode',
    of: (mode) => mode === 'capabilities',
    fact: 'QEMU hands over devices, and mode=capabilities is for containers',
    words: "hostdev mode 'capabilities' is not supported in",
    removable: false,
  },
  {
    path: 'boot',
    when: all(is('@type', 'mdev'), is('@model', 'vfio-pci', 'vfio-ap')),
    fact: 'A guest cannot boot from a mediated device',
    words: 'booting from assigned devices is not supported by mediated devices of model {@model}',
  },
  {
    path: '@sgio',
    of: (filter) => filter === 'unfiltered',
    when: is('@type', 'scsi'),
    fact: 'No kernel lets commands through unfiltered any more',
    words: 'unfiltered sgio is no longer supported',
  },
  {
    path: 'source/address@uuid',
    of: (uuid) =>
      !/^[0-9a-fA-F]{32}$/.test(uuid.replace(/[\s-]/g, '')) && !/x{3}|[A-Z_]{3}|\.\.\./.test(uuid),
    when: is('@type', 'mdev'),
    fact: 'A UUID has 32 hexadecimal digits, and {value} is none',
    words: 'Cannot parse uuid attribute of element <address>',
    removable: false,
  },
  {
    path: 'source@writeFiltering',
    when: is('@type', 'pci'),
    fact: 'Xen filters what the guest writes to the configuration of a device, and QEMU does not',
    words: 'Write filtering of PCI device configuration space is not supported by qemu',
  },
  {
    path: 'driver@name',
    of: (name) => name === 'kvm' || name === 'xen',
    when: is('@type', 'pci'),
    fact: 'QEMU hands PCI devices over by VFIO, and this says {value}',
    words: "invalid PCI passthrough type '{value}'",
    instead: ['vfio'],
  },
  {
    path: 'source@wwpn',
    of: (name) => !/^naa\.[\da-f]{16}$/i.test(name),
    when: is('@type', 'scsi_host'),
    fact: 'An adapter is named by naa. and 16 hexadecimal digits',
    words: "malformed 'wwpn' value",
    removable: false,
  },
  {
    path: 'source/vendor@id',
    of: (id) => /^\s*\+?0*(x0*)?$/i.test(id) && /0/.test(id),
    when: isUsb,
    fact: 'No vendor has number 0',
    words: "Invalid value for attribute 'id' in element 'vendor': Zero is not permitted",
    removable: false,
  },
  ...['vendor', 'product'].map((name) => ({
    path: `source/${name}@id`,
    of: (id: string): boolean => !/^\s*\+?(0x[0-9a-f]+|\d+)$/i.test(id),
    when: isUsb,
    fact: `'{value}' is no number of a ${name}, such as 0x046d`,
    words: `Invalid value for attribute 'id' in element '${name}': '{value}'. Expected non-negative integer value`,
    removable: false as const,
  })),
  ...[
    { there: 'vendor', not: 'product' },
    { there: 'product', not: 'vendor' },
  ].map(({ there, not }) => ({
    path: `source/${there}`,
    when: all(isUsb, (device) => !has(not)(child(device, 'source')!)),
    fact: `A USB device is found by vendor and product, and only its ${there} is said`,
    words: `missing ${not}`,
    removable: false as const,
  })),
  {
    path: 'source',
    when: all(isUsb, (device) => namesNoUsb(device)),
    fact: 'A USB device is found by vendor and product, or by bus and device, and <source> says none of them',
    words: 'USB host device is missing bus/device information',
    removable: false,
  },
];

/** Neither of the two ways to say which device; address 0 is none. */
const namesNoUsb = (device: XmlElement): boolean => {
  const source = child(device, 'source')!;
  if (mayGainChildren(source) || has('vendor')(source) || has('product')(source)) return false;
  const address = child(source, 'address');
  return !address || (word(address, 'bus') === '0' && word(address, 'device') === '0');
};

export default defineRule({
  name: 'hostdev-setting-unfit',
  reads: 'libvirt',
  concerns: ['hostdev'],
  topic: 'passthrough',
  severity: 'error',
  summary: 'A device of the host has a setting that its kind does not take.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value', 'required-part-missing'],
  sources: [
    {
      title: 'libvirt: rawio is only supported for scsi host device',
      ref: 'src/conf/domain_conf.c: virDomainHostdevDefParseXMLSubsys',
    },
    {
      title: 'libvirt: missing vendor, missing product',
      ref: 'src/conf/domain_conf.c: virDomainHostdevSubsysUSBDefParseXML',
    },
    {
      title: "libvirt: Only one vgpu device can have 'ramfb' enabled",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainMdevDef…',
    },
  ],
  since: '0.1.0',
  check(context) {
    let ramfb: XmlElement | undefined;
    for (const hostdev of devicesOf(context.domain, 'hostdev')) {
      tellUnfit(context, hostdev, UNFIT);
      for (const of of [rawioOf, bootOf, pictureOf]) {
        const refusal = of(hostdev);
        if (refusal) tellRefusal(context, refusal);
      }
      if (word(hostdev, 'ramfb') !== 'on') continue;
      if (ramfb) tellRefusal(context, secondRamfb(hostdev, ramfb));
      ramfb ??= hostdev;
    }
  },
});

function rawioOf(hostdev: XmlElement): Refusal | undefined {
  const type = word(hostdev, 'type');
  if (type === undefined || type === 'scsi' || word(hostdev, 'rawio') === undefined) return undefined;
  return {
    fact: `rawio= is for single SCSI devices, and this one is of type ${type}`,
    words: 'rawio is only supported for scsi host device',
    element: hostdev,
    attribute: 'rawio',
    fixes: [removeAttribute(hostdev, 'rawio')],
  };
}

function bootOf(hostdev: XmlElement): Refusal | undefined {
  const boot = child(hostdev, 'boot');
  if (!boot || word(hostdev, 'type') !== 'scsi_host') return undefined;
  return {
    fact: 'A guest cannot boot from a SCSI adapter that the kernel of the host serves',
    words: 'booting from assigned devices is not supported by vhost SCSI devices',
    element: boot,
    fixes: [removeElement(boot)],
  };
}

/** Only what speaks VFIO over PCI shows a picture. */
function pictureOf(hostdev: XmlElement): Refusal | undefined {
  const model = word(hostdev, 'model');
  const display = word(hostdev, 'display');
  if (word(hostdev, 'type') !== 'mdev' || model === undefined || model === 'vfio-pci') return undefined;
  if (display === undefined || display === 'default') return undefined;
  return {
    fact: `display= is for devices of the model vfio-pci, not ${model}`,
    words: "<hostdev> attribute 'display' is only supported with model='vfio-pci'",
    element: hostdev,
    attribute: 'display',
    fixes: [removeAttribute(hostdev, 'display')],
  };
}

const secondRamfb = (hostdev: XmlElement, first: XmlElement): Refusal => ({
  fact: 'A second device wants the boot display for itself',
  words: "Only one vgpu device can have 'ramfb' enabled",
  element: hostdev,
  attribute: 'ramfb',
  beside: { element: first, message: 'The first one.' },
  fixes: [removeAttribute(hostdev, 'ramfb')],
});
