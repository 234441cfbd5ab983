import { attribute, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, type Refusal, removeAttribute, removeElement, tellRefusal, word } from '../refusal.ts';
import { isNot, type Table, tellUnfit, valueAt } from '../unfit.ts';

const UNFIT: Table = () => [
  {
    path: 'ip',
    when: isNot('@type', 'user', 'ethernet', 'vhostuser'),
    fact: 'Which address the guest has on an interface of type {@type} is not for QEMU to say',
    words:
      'Invalid attempt to set network interface guest-side IP route and/or address info, not supported by QEMU',
  },
  {
    path: 'route',
    when: isNot('@type', 'ethernet', 'vhostuser'),
    fact: 'Which way the guest takes is not for QEMU to say',
    words: 'Invalid attempt to set network interface guest-side IP route',
  },
  {
    path: 'source/ip',
    when: isNot('@type', 'ethernet'),
    fact: 'The host has an address of its own on interfaces of type ethernet only, and this is a {@type}',
    words:
      "Invalid attempt to set network interface host-side IP route and/or address info on interface of type '{@type}'. This is only supported on interfaces of type 'ethernet'",
  },
];

export default defineRule({
  name: 'guest-address-unfit',
  reads: 'libvirt',
  concerns: ['ip', 'route'],
  topic: 'structure',
  severity: 'error',
  summary: 'A network interface gives the guest or the host an IP address that it cannot give.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: Only one IPv4 address per interface is allowed',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefNetwork',
    },
    {
      title: 'libvirt: Invalid attempt to set network interface host-side IP route',
      ref: 'src/conf/domain_validate.c: virDomainNetDefValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const device of devicesOf(context.domain, 'interface')) {
      tellUnfit(context, device, UNFIT);
      if (valueAt(device, '@type') !== 'user') continue;
      for (const refusal of ofUser(device)) tellRefusal(context, refusal);
    }
  },
});

/** QEMU's own network gives out one address of each kind, of a network that is neither too small nor too large. */
function* ofUser(device: XmlElement): Generator<Refusal> {
  const seen = new Map<string, XmlElement>();
  for (const ip of children(device, 'ip')) {
    if (word(ip, 'peer') !== undefined) {
      yield {
        fact: "The guest is alone in QEMU's network, and has no peer",
        words: 'Invalid attempt to set peer IP for guest',
        element: ip,
        attribute: 'peer',
        fixes: [removeAttribute(ip, 'peer')],
      };
    }
    const family = familyOf(ip);
    if (family === undefined) continue;
    const first = seen.get(family);
    if (first) {
      yield {
        fact: `QEMU's network gives out one ${family} address`,
        words: `Only one ${family} address per interface is allowed`,
        element: ip,
        beside: { element: first, message: 'The first one.' },
        fixes: [removeElement(ip)],
      };
    }
    seen.set(family, first ?? ip);
    yield* prefixOf(ip, family);
  }
}

/** Without family= it shows in the address. */
function familyOf(ip: XmlElement): 'IPv4' | 'IPv6' | undefined {
  const address = word(ip, 'address');
  const family = word(ip, 'family') ?? (attribute(ip, 'family') || !address?.includes(':') ? 'ipv4' : 'ipv6');
  return address === undefined
    ? undefined
    : family === 'ipv4'
      ? 'IPv4'
      : family === 'ipv6'
        ? 'IPv6'
        : undefined;
}

function* prefixOf(ip: XmlElement, family: 'IPv4' | 'IPv6'): Generator<Refusal> {
  const text = word(ip, 'prefix');
  if (text === undefined || !/^\d+$/.test(text)) return;
  const prefix = Number(text);
  const fits = prefix === 0 || (family === 'IPv4' ? prefix >= 4 && prefix <= 27 : prefix === 64);
  if (fits) return;
  yield {
    fact:
      family === 'IPv4'
        ? `A network /${prefix} is none that QEMU can make`
        : `QEMU's network of IPv6 is a /64, and this says /${prefix}`,
    words:
      family === 'IPv4'
        ? 'invalid prefix, must be in range of 4-27'
        : `unsupported IPv6 address prefix='${prefix}' - must be 64`,
    element: ip,
    attribute: 'prefix',
    fixes: [removeAttribute(ip, 'prefix')],
  };
}
