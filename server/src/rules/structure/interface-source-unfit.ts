import { child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, lacks, type Refusal, tellRefusal, word } from '../refusal.ts';
import { is, isNot, type Table, tellUnfit } from '../unfit.ts';

/** Types whose way to the network is named by a <source>. */
const NEED_SOURCE = ['network', 'bridge', 'direct', 'vdpa'];

/** Types that go through a device of the host. */
const DEVICES = new Set(['direct', 'vdpa']);

const MAC = /^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$/;

/** Published files say so that a number is to be put in. */
const OPEN_MAC = /xx|XX|\?|@|\[|[A-Z_]{3}/;

/** The lowest bit of the first byte tells an address of many from one of a single card. */
const isOfMany = (mac: string): boolean => (Number.parseInt(mac, 16) & 1) === 1;

const VIRTUAL_PORTS = ['openvswitch', '802.1Qbg', '802.1Qbh', 'midonet', 'none'];

const VLAN_LIMIT = 4095;

const UNFIT: Table = () => [
  {
    path: 'mac@address',
    // Of what is nothing like one, invalid-value tells.
    of: (mac) => mac.includes(':') && !MAC.test(mac.trimEnd()) && !OPEN_MAC.test(mac),
    fact: "'{value}' is no address of a network card, which are six hexadecimal numbers",
    words: "unable to parse mac address '{value}'",
  },
  {
    path: 'mac@address',
    of: (mac) => MAC.test(mac) && isOfMany(mac),
    fact: 'Addresses whose first number is odd are those of many cards, and {value} is one of them',
    words: "expected unicast mac address, found multicast '{value}'",
  },
  {
    path: 'model@type',
    of: (model) => /[^A-Za-z0-9_-]/.test(model),
    fact: "A model is made of letters, digits, _ and -, and '{value}' is none",
    words: 'Model name contains invalid characters',
    instead: ['virtio'],
  },
  {
    path: 'virtualport',
    when: isNot('@type', 'network', 'bridge', 'direct', 'hostdev', 'ethernet'),
    fact: 'A port of a virtual switch is for bridges, and an interface of type {@type} is at none',
    words: "<virtualport> element unsupported for <interface type='{@type}'>",
  },
  {
    path: 'virtualport',
    when: (device) =>
      is('@type', 'bridge', 'direct')(device) &&
      children(device, 'virtualport').some((port) => lacks(port, 'type')),
    fact: 'There are several kinds of virtual switches, and <virtualport> does not say which this is',
    words: 'missing required virtualport type',
  },
  {
    path: 'virtualport@type',
    of: (type) => !VIRTUAL_PORTS.includes(type),
    fact: 'libvirt knows no virtual switch of the kind {value}',
    words: 'unknown virtualport type {value}',
    instead: ['openvswitch'],
  },
  ...['managerid', 'typeid', 'typeidversion', 'instanceid'].map((name) => ({
    path: `virtualport/parameters@${name}`,
    when: is('virtualport@type', 'openvswitch', 'midonet', '802.1Qbh'),
    fact: `${name}= is of 802.1Qbg, and this is a port of {virtualport@type}`,
    words: `extra ${name} unsupported in <virtualport type='{virtualport@type}'>`,
  })),
  ...['path', 'mode'].map((name) => ({
    path: 'source',
    when: (device: XmlElement): boolean =>
      is('@type', 'vhostuser')(device) && children(device, 'source').some((source) => lacks(source, name)),
    fact: `Another program serves this interface, and <source> does not say its ${name === 'path' ? 'socket' : 'part'}`,
    words: `Missing required attribute '${name}' in element 'source'`,
    removable: false as const,
  })),
  {
    path: 'bandwidth@classID',
    when: isNot('@type', 'network'),
    fact: 'libvirt itself gives out the classes of a limit',
    words: 'classID attribute not supported on <bandwidth> in this usage context',
  },
  {
    path: 'bandwidth/outbound@floor',
    fact: 'Only what the guest receives can be promised',
    words: "'floor' attribute allowed only in <inbound> element",
  },
  {
    path: 'bandwidth/inbound@floor',
    when: isNot('@type', 'network'),
    fact: 'Only a network of libvirt promises a guest what it receives',
    words: 'floor attribute is not supported for this config',
  },
  ...['inbound', 'outbound'].map((name) => ({
    path: `bandwidth/${name}`,
    when: (device: XmlElement): boolean =>
      children(device, 'bandwidth')
        .flatMap((bandwidth) => children(bandwidth, name))
        .some((limit) => lacks(limit, 'average') && lacks(limit, 'floor')),
    fact: `<${name}> says no average`,
    words:
      name === 'inbound'
        ? 'Missing mandatory average or floor attributes'
        : 'Missing mandatory average attribute',
  })),
];

export default defineRule({
  name: 'interface-source-unfit',
  reads: 'libvirt',
  concerns: ['interface'],
  topic: 'structure',
  severity: 'error',
  summary: 'A network interface does not say where it leads, or says it in a way that cannot be read.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value', 'required-part-missing'],
  sources: [
    {
      title: "libvirt: interface type='…' requires a 'source' element",
      ref: 'src/conf/domain_conf.c: virDomainNetDefParseXML',
    },
    { title: 'libvirt: extra … unsupported in <virtualport>', ref: 'src/conf/netdev_vport_profile_conf.c' },
    {
      title: 'libvirt: Missing mandatory average or floor attributes',
      ref: 'src/conf/netdev_bandwidth_conf.c',
    },
    { title: 'libvirt: vlan tag id … too large', ref: 'src/conf/netdev_vlan_conf.c: virNetDevVlanParse' },
  ],
  since: '0.1.0',
  check(context) {
    for (const device of devicesOf(context.domain, 'interface')) {
      tellUnfit(context, device, UNFIT);
      const refusal = sourceOf(device);
      if (refusal) tellRefusal(context, refusal);
      if (child(device, 'vlan')) for (const tag of tagsOf(device)) tellRefusal(context, tag);
    }
  },
});

function sourceOf(device: XmlElement): Refusal | undefined {
  if (!lacks(device, 'source')) return undefined;
  const type = word(device, 'type') ?? '';
  if (type === 'hostdev') {
    return {
      fact: 'The network card of the host that is handed over is not named: there is no <source>',
      words: 'missing source address type',
      element: device,
    };
  }
  if (!NEED_SOURCE.includes(type)) return undefined;
  return {
    fact: `An interface of type ${type} names its ${DEVICES.has(type) ? 'device' : type} in a <source>, and there is none`,
    words: `interface type='${type}' requires a 'source' element`,
    element: device,
  };
}

function* tagsOf(device: XmlElement): Generator<Refusal> {
  const tags = children(device, 'vlan').flatMap((vlan) => children(vlan, 'tag'));
  let native: XmlElement | undefined;
  for (const tag of tags) {
    const id = word(tag, 'id');
    if (id !== undefined && Number(id) > VLAN_LIMIT) {
      yield {
        fact: `Tags go up to ${VLAN_LIMIT}`,
        words: `vlan tag id ${id} too large (maximum ${VLAN_LIMIT})`,
        element: tag,
        attribute: 'id',
      };
    }
    if (word(tag, 'nativeMode') === undefined) continue;
    if (native) {
      yield {
        fact: 'Packets without a tag can be of one VLAN, and this is a second',
        words: 'duplicate native vlan setting',
        element: tag,
        attribute: 'nativeMode',
        beside: { element: native, message: 'The first one.' },
      };
    }
    native ??= tag;
  }
}
