import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { isX86 } from '../../guest/machine.ts';
import { attribute, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import {
  allDevicesOf,
  at,
  devicesOf,
  lacks,
  type Refusal,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';
import { all, is, isNot, type Table, tellUnfit, valueAt } from '../unfit.ts';

/** The device that each kind of serial port is. */
const SERIAL_MODELS: Readonly<Record<string, string>> = {
  'isa-serial': 'isa-serial',
  'usb-serial': 'usb-serial',
  'pci-serial': 'pci-serial',
  'isa-debugcon': 'isa-debug',
  'spapr-vty': 'spapr-vio-serial',
};

/** The bus of each kind of serial port. */
const SERIAL_BUSES: Readonly<Record<string, string>> = {
  'isa-serial': 'isa',
  'isa-debug': 'isa',
  'usb-serial': 'usb',
  'pci-serial': 'pci',
};

const ISA_PORTS = 4;

const isConsole = ({ name }: XmlElement): boolean => name.text === 'console';

const UNFIT: Table = () => [
  {
    path: 'source/reconnect@enabled',
    of: (answer) => answer === 'yes',
    when: all(is('@type', 'tcp', 'unix'), is('source@mode', 'bind')),
    fact: 'QEMU waits here for the other side to connect, and does not connect again by itself',
    words: 'chardev reconnect is possible only for connect mode',
  },
  {
    path: 'source@channel',
    of: (name) => /[^A-Za-z0-9_.-]/.test(name),
    when: is('@type', 'spiceport', 'dbus'),
    fact: "The name of a channel is made of letters, digits and _ - . only, and this is '{value}'",
    words: 'Invalid character in source channel for char device',
    removable: false,
  },
  ...['master', 'slave'].map((name) => ({
    path: `source@${name}`,
    when: all(
      is('@type', 'nmdm'),
      (device) => valueAt(device, `source@${name === 'master' ? 'slave' : 'master'}`) === undefined,
    ),
    fact: 'A null modem has two ends, and only {value} is said',
    words: 'Should define both master and slave path attributes for nmdm device',
    removable: false as const,
  })),
  {
    path: 'address@type',
    when: (device) => {
      const bus = SERIAL_BUSES[valueAt(device, 'target@type') ?? ''];
      return bus !== undefined && isNot('address@type', bus)(device);
    },
    fact: 'A {target@type} is at no address of the type {value}',
    words: "Target type '{target@type}' requires address type",
    removable: false,
  },
  {
    path: 'target@type',
    of: (type) => type !== 'virtio',
    when: (device) => device.name.text === 'channel' && is('@type', 'spicevmc')(device),
    fact: 'What goes through SPICE is a port of virtio, and no {value}',
    words: 'spicevmc device type only supports virtio',
    instead: ['virtio'],
    removable: false,
  },
  {
    path: 'target@type',
    of: (type) => type in SERIAL_MODELS,
    when: isConsole,
    fact: 'A <console> is one of the kind serial or virtio, and {value} is a kind of <serial>',
    words: "unknown target type '{value}' specified for character device",
    instead: ['serial', 'virtio'],
    removable: false,
  },
  {
    path: 'target@type',
    of: (type) => type === 'sclp' || type === 'sclplm',
    when: isConsole,
    within: (_, { guest }) => isX86(guest.machine),
    fact: 'A {value} is a console of s390x, and this is a PC',
    words: '{value}console is not supported in this QEMU binary',
    instead: ['serial', 'virtio'],
    removable: false,
  },
  {
    path: 'target@address',
    of: (address) => !/^[\d.]+$|:/.test(address),
    when: is('target@type', 'guestfwd'),
    fact: 'The guest calls a number such as 10.0.2.100, and {value} is a name',
    words: "Cannot parse socket address '{value}'",
    removable: false,
  },
  {
    path: 'source@mode',
    of: (mode) => mode !== 'connect' && mode !== 'bind',
    when: is('@type', 'tcp', 'udp', 'unix'),
    fact: 'One side waits, which is bind, and the other calls, which is connect; {value} is neither',
    words: "Invalid value for attribute 'mode' in element 'source': '{value}'",
    instead: ['connect', 'bind'],
    removable: false,
  },
  {
    path: 'target@name',
    of: (name) => name !== 'com.redhat.spice.0',
    when: (device) => device.name.text === 'channel' && is('@type', 'spicevmc')(device),
    fact: 'The agent in the guest looks for com.redhat.spice.0, and not for {value}',
    words: "Unsupported spicevmc target name '{value}'",
    instead: ['com.redhat.spice.0'],
  },
  {
    path: 'target@port',
    of: (port) => /^\d+$/.test(port) && Number(port) >= ISA_PORTS,
    when: all(is('target@type', 'isa-serial'), (device) => device.name.text === 'serial'),
    fact: `A PC has ${ISA_PORTS} serial ports, 0 to ${ISA_PORTS - 1}, and this is number {value}`,
    words: `Maximum supported number of ISA serial ports is '${ISA_PORTS}'`,
  },
  {
    path: 'target/model@name',
    when: (device) => {
      const wanted = SERIAL_MODELS[valueAt(device, 'target/model@name') ?? ''];
      return wanted !== undefined && isNot('target@type', wanted)(device);
    },
    fact: 'A {value} is no {target@type}',
    words: "Target model '{value}' requires target type",
  },
];

/** What the source of each type has to say, on the <source> of a mode where it hangs on that. */
const WANTED: readonly { readonly type: string; readonly mode?: string; readonly name: string }[] = [
  { type: 'unix', name: 'path' },
  { type: 'file', name: 'path' },
  { type: 'dev', name: 'path' },
  { type: 'pipe', name: 'path' },
  { type: 'tcp', name: 'host' },
  { type: 'tcp', name: 'service' },
  { type: 'udp', mode: 'connect', name: 'service' },
  { type: 'spiceport', name: 'channel' },
  { type: 'dbus', name: 'channel' },
];

const DEVICES = new Set(['serial', 'parallel', 'console', 'channel', 'smartcard', 'redirdev']);

export default defineRule({
  name: 'character-device-unfit',
  reads: 'libvirt',
  concerns: ['serial', 'parallel', 'console', 'channel', 'smartcard', 'redirdev', 'rng'],
  topic: 'structure',
  severity: 'error',
  summary: 'A serial port, channel or source of random numbers does not say where its data goes.',
  explains: ['required-part-missing', 'invalid-value', 'address-unfit-for-device'],
  sources: [
    {
      title: 'libvirt: Missing source path attribute for char device',
      ref: 'src/conf/domain_validate.c: virDomainChrSourceDefValidate',
    },
    {
      title: "libvirt: chardev reconnect source timeout cannot be '0'",
      ref: 'src/conf/domain_conf.c: virDomainChrSourceReconnectDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const devices = allDevicesOf(context.domain);
    const ports = devices.filter(({ name }) => DEVICES.has(name.text));
    const standIn = standInOf(devices);
    const backends = devicesOf(context.domain, 'rng').flatMap((rng) => at(rng, 'backend') ?? []);
    for (const device of [...ports, ...backends]) {
      tellUnfit(context, device, UNFIT);
      for (const of of device === standIn ? [reconnectOf, sourcesOf] : [missingOf, reconnectOf, sourcesOf]) {
        const refusal = of(device);
        if (refusal) tellRefusal(context, refusal);
      }
    }
  },
});

/** The first console is the first serial port again: where that is written itself, it counts (virDomainDefAddConsoleCompat). */
function standInOf(devices: readonly XmlElement[]): XmlElement | undefined {
  const first = devices.find(isConsole);
  const type = first && (word(at(first, 'target'), 'type') ?? 'serial');
  return type === 'serial' && devices.some(({ name }) => name.text === 'serial') ? first : undefined;
}

/** libvirt finds a path by itself for the channel of an agent. */
const hasOwnPath = (device: XmlElement): boolean =>
  device.name.text === 'channel' && word(at(device, 'target'), 'type') === 'virtio';

function missingOf(device: XmlElement): Refusal | undefined {
  const type = word(device, 'type');
  const sources = children(device, 'source');
  if (type === undefined || mayGainChildren(device)) return undefined;
  for (const { type: of, mode, name } of WANTED) {
    if (
      of !== type ||
      (type === 'unix' && hasOwnPath(device)) ||
      (type === 'dbus' && device.name.text === 'redirdev')
    )
      continue;
    const own = sources.filter((source) => mode === undefined || modeOf(source) === mode);
    if (own.some((source) => !lacks(source, name))) continue;
    if (mode !== undefined && sources.some((source) => modeOf(source) === undefined)) continue;
    // The schema says of a path that is empty what there is to say.
    return {
      fact: `A ${device.name.text === 'backend' ? 'source of random numbers' : `<${device.name.text}>`} of type ${type} has no ${name}=`,
      words: `Missing source ${name} attribute for char device`,
      element: own[0] ?? device,
    };
  }
  return undefined;
}

/** Without a word it calls; undefined where a template will say. */
const modeOf = (source: XmlElement): string | undefined =>
  attribute(source, 'mode') ? word(source, 'mode') : 'connect';

function reconnectOf(device: XmlElement): Refusal | undefined {
  const reconnect = at(device, 'source/reconnect');
  const timeout = word(reconnect, 'timeout');
  if (!reconnect || word(reconnect, 'enabled') !== 'yes' || timeout === undefined || Number(timeout) !== 0)
    return undefined;
  return {
    fact: 'To connect again after no time at all is not possible',
    words: "chardev reconnect source timeout cannot be '0'",
    element: reconnect,
    attribute: 'timeout',
    fixes: [writeAttribute(reconnect, 'timeout', '1')],
  };
}

/** One end of the way, or for what goes without a connection both of them. */
function sourcesOf(device: XmlElement): Refusal | undefined {
  const sources = children(device, 'source');
  const most = word(device, 'type') === 'udp' ? 2 : 1;
  const extra = sources[most];
  if (!extra || word(device, 'type') === undefined || device.name.text === 'smartcard') return undefined;
  return {
    fact:
      most === 1
        ? 'The data goes one way, and this is a second <source>'
        : 'The data has two ends, and this is a third <source>',
    words:
      most === 1
        ? 'only one source element is allowed for character device'
        : 'only two source elements are allowed for character device',
    element: extra,
    beside: { element: sources[0]!, message: 'The first one.' },
    fixes: [removeElement(extra)],
  };
}
