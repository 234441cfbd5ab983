import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { devicesOf, writeAttribute } from '../refusal.ts';
import { all, is, isNot, type Table, tellUnfit, type Unfit, valueAt } from '../unfit.ts';

const isNoPower = (text: string): boolean => {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 && !Number.isInteger(Math.log2(number));
};

const isVirtio = (device: XmlElement): boolean =>
  valueAt(device, 'model@type')?.startsWith('virtio') === true;

/** What an interface of another type than these does not take; one that says no type is a user's. */
const unlessOf = (types: readonly string[], unfit: Unfit): Unfit[] => [
  { ...unfit, when: isNot('@type', ...types) },
  ...(types.includes('user')
    ? []
    : [
        {
          ...unfit,
          when: (device: XmlElement) => attribute(device, 'type') === undefined,
          fact: unfit.fact.replace('{@type}', 'user'),
          words: unfit.words.replace('{@type}', 'user'),
        },
      ]),
];

/** On the way through these libvirt can say how large a packet may be. */
const WITH_MTU = ['network', 'bridge', 'ethernet', 'vhostuser', 'direct', 'vdpa', 'hostdev', 'internal'];

const UNFIT: Table = () => [
  ...unlessOf(['network', 'bridge'], {
    path: 'port@isolated',
    of: (answer) => answer === 'yes',
    fact: 'Ports of a bridge can be kept apart, and an interface of type {@type} is at none',
    words: "<port isolated='yes'/> is not supported for network interfaces with type='{@type}'",
  }),
  {
    path: 'port@isolated',
    of: (answer) => answer === 'yes',
    when: all(is('@type', 'network', 'bridge'), isNot('virtualport@type', '')),
    fact: 'Ports of a bridge can be kept apart, and {virtualport@type} is none',
    words:
      "<port isolated='yes'/> is not supported for network interfaces with virtualport type='{virtualport@type}'",
  },
  ...unlessOf(['ethernet'], {
    path: 'target@managed',
    of: (answer) => answer === 'no',
    fact: 'Only for interfaces of type ethernet may others make the tap device, and this is a {@type}',
    words: "unmanaged target dev is not supported on interfaces of type '{@type}'",
  }),
  {
    path: 'source/reconnect@enabled',
    of: (answer) => answer === 'yes',
    when: all(is('@type', 'vhostuser'), is('source@mode', 'server')),
    fact: 'QEMU waits here for the other side to connect, and does not connect again by itself',
    words: "'reconnect' attribute unsupported 'server' mode for <interface type='vhostuser'>",
  },
  {
    path: 'model@type',
    of: (model) => !model.startsWith('virtio'),
    when: is('@type', 'vdpa'),
    fact: 'vDPA is virtio in hardware, and this is an {value}',
    words: "invalid model for interface of type 'vdpa': '{value}'",
    instead: ['virtio'],
    removable: false,
  },
  ...['rx_queue_size', 'tx_queue_size'].map((name) => ({
    path: `driver@${name}`,
    of: isNoPower,
    when: isVirtio,
    fact: 'Queues have 256, 512 or 1024 places, and {value} is no power of two',
    words: `${name} has to be a power of two`,
    instead: ['256'],
  })),
  {
    path: 'mtu@size',
    of: (size) => size !== '' && !/^\s*\+?\d+$/.test(size),
    fact: "'{value}' is no number of bytes",
    words: 'malformed mtu size',
  },
  {
    path: 'mtu',
    when: isNot('@type', ...WITH_MTU, 'user'),
    fact: 'How large a packet may be cannot be said for an interface of type {@type}',
    words: 'setting MTU on interface type {@type} is not supported yet',
  },
  {
    path: 'mtu',
    when: (device) =>
      (attribute(device, 'type') === undefined || is('@type', 'user')(device)) &&
      valueAt(device, 'backend@type') === undefined,
    fact: "How large a packet may be is settled in QEMU's own network",
    words: 'setting MTU on interface type user is not supported yet',
  },
  ...unlessOf(['network', 'bridge'], {
    path: 'coalesce',
    fact: 'Only tap devices at a bridge gather packets, and this is an interface of type {@type}',
    words: 'coalesce settings on interface type {@type} are not supported',
  }),
  {
    path: 'backend@type',
    of: (type) => type === 'passt',
    when: isNot('@type', 'user', 'vhostuser'),
    fact: 'passt serves interfaces of type user, and this is a {@type}',
    words: "The 'passt' backend can only be used with interface type='user'",
  },
];

export default defineRule({
  name: 'interface-setting-unfit',
  reads: 'libvirt',
  concerns: ['interface'],
  topic: 'structure',
  severity: 'error',
  summary: 'A network interface is to do what its way to the network does not allow.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: "libvirt: <port isolated='yes'/> is not supported for network interfaces with type",
      ref: 'src/conf/domain_validate.c: virDomainNetDefValidate, virDomainNetDefValidatePortOptions',
    },
    {
      title: 'libvirt: rx_queue_size has to be a power of two',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefNetwork',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const device of devicesOf(context.domain, 'interface')) {
      tellUnfit(context, device, UNFIT);
      if (is('@type', 'vhostuser')(device)) tellModel(context, device);
    }
  },
});

/** An interface that says no model is no virtio on a PC. */
function tellModel({ guest, report }: LibvirtContext, device: XmlElement): void {
  const model = child(device, 'model');
  const type = model && attribute(model, 'type');
  const arch = guest.machine.arch.state === 'known' ? guest.machine.arch.value : undefined;
  const text = valueAt(device, 'model@type');
  if (type ? text === undefined || text.startsWith('virtio') : arch !== 'x86_64') return;
  report({
    message:
      `vhost-user is a part of virtio, and ${type ? `this is an ${text}` : 'a PC has another network card where none is named'}: ` +
      `libvirt refuses the domain with "Wrong or no <model> 'type' attribute specified with <interface type='vhostuser'/>. vhostuser requires the virtio-net* frontend".`,
    at: spanOf(guest.label.uri, type?.value ?? device.name),
    about: device,
    fixes: model
      ? [writeAttribute(model, 'type', 'virtio')]
      : [
          {
            title: "Add <model type='virtio'/>",
            applicability: 'suggestion',
            changes: [
              {
                op: 'add-element',
                parent: device,
                template: { name: 'model', attributes: { type: 'virtio' } },
              },
            ],
          },
        ],
  });
}
