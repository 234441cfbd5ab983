import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { isX86 } from '../../guest/machine.ts';
import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, lacks } from '../refusal.ts';
import { all, is, isNot, type Table, tellUnfit, valueAt } from '../unfit.ts';

const lacksPersistent = (device: XmlElement): boolean =>
  !device.children.some(
    (node) =>
      node.kind === 'element' &&
      node.name.text === 'teaming' &&
      node.attributes.some(({ name }) => name.text === 'persistent'),
  );

const isOtherModel = (device: XmlElement): boolean =>
  !(valueAt(device, 'model@type') ?? 'virtio').startsWith('virtio');

const isUnsaidModel = (device: XmlElement): boolean => {
  const model = child(device, 'model');
  const isOpen = model ? !lacks(model, 'type') : mayGainChildren(device);
  return !isOpen && isNot('@type', 'hostdev', 'vdpa')(device);
};

const INTERFACE: Table = () => [
  {
    path: 'teaming',
    when: all(is('teaming@type', 'transient'), lacksPersistent),
    fact: 'The transient half of a team names the persistent one, and this one names none',
    words: "teaming persistent attribute must be set if teaming type is 'transient'",
  },
  {
    path: 'teaming@persistent',
    when: is('teaming@type', 'persistent'),
    fact: 'The persistent half of a team names no other',
    words: "teaming persistent attribute not allowed if teaming type is 'persistent'",
  },
  {
    path: 'teaming',
    when: all(is('teaming@type', 'persistent'), isOtherModel),
    fact: 'The persistent half of a team is a virtio, and this is a {model@type}',
    words: "virtio-net teaming persistent interface must be <model type='virtio'/>, not '{model@type}'",
  },
  {
    path: 'teaming',
    when: all(is('teaming@type', 'persistent'), isUnsaidModel),
    within: (_, { guest }) => isX86(guest.machine),
    fact: 'The persistent half of a team is a virtio, and a PC has another network card where none is named',
    words: "virtio-net teaming persistent interface must be <model type='virtio'/>, not 'rtl8139'",
  },
  {
    path: 'teaming',
    when: all(is('teaming@type', 'transient'), isNot('@type', 'hostdev', 'network')),
    fact: 'The transient half of a team is a device of the host, and this is an interface of type {@type}',
    words: "virtio-net teaming transient interface must be type='hostdev', not '{@type}'",
  },
];

const HOSTDEV: Table = () => [
  {
    path: 'teaming@type',
    of: (type) => type === 'persistent',
    fact: 'A device of the host is the transient half of a team',
    words: "teaming hostdev devices must have type='transient'",
    instead: ['transient'],
    removable: false,
  },
  {
    path: 'teaming',
    when: all(is('teaming@type', 'transient'), lacksPersistent),
    fact: 'The transient half of a team names the persistent one, and this one names none',
    words: 'missing required persistent attribute in hostdev teaming element',
  },
  {
    path: 'teaming',
    when: isNot('@type', 'pci'),
    fact: 'Only network cards on PCI can be in a team, and this device is of type {@type}',
    words: 'teaming is only supported for pci hostdev devices',
  },
];

export default defineRule({
  name: 'teaming-unfit',
  reads: 'libvirt',
  concerns: ['teaming'],
  topic: 'structure',
  severity: 'error',
  summary: 'Two network interfaces cannot be in a team as it is described.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value', 'required-part-missing'],
  sources: [
    {
      title: 'libvirt: teaming persistent attribute must be set',
      ref: 'src/conf/domain_validate.c: virDomainNetDefValidate, virDomainHostdevDefValidate; src/qemu/qemu_validate.c',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const device of devicesOf(context.domain, 'interface')) tellUnfit(context, device, INTERFACE);
    for (const device of devicesOf(context.domain, 'hostdev')) tellUnfit(context, device, HOSTDEV);
  },
});
