import { atLeast, type Version } from '../../guest/target.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { devicesOf, type Refusal, removeAttribute, removeElement, tellRefusal, word } from '../refusal.ts';

/** libvirt 9.0 passes over these; when it began to refuse them is only known to be before this version. */
const BOTH_KNOWN: Version = [12, 0];

/** Interfaces that a program of its own serves, without a tap device of the host. */
const WITHOUT_TAP = new Set(['user', 'vhostuser', 'hostdev', 'vdpa', 'udp', 'server', 'client', 'mcast']);

export default defineRule({
  name: 'network-setting-unfit',
  reads: 'libvirt',
  concerns: ['backend', 'portForward', 'queues', 'rx_queue_size', 'tx_queue_size'],
  topic: 'structure',
  severity: 'error',
  summary: 'A network interface has a setting that its type does not take.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: custom tap device path is not supported for network interfaces of type',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefNetwork',
    },
    {
      title: 'libvirt: The <portForward> element can only be used with its passt backend',
      ref: 'src/conf/domain_validate.c: virDomainNetDefValidate',
    },
    { title: 'libvirt: Expected non-negative integer value', ref: 'src/util/virxml.c: virXMLPropUInt' },
  ],
  since: '0.1.0',
  check(context) {
    const checks = isNewer(context) ? CHECKS : OF_ANY_VERSION;
    for (const device of devicesOf(context.domain, 'interface')) {
      for (const of of checks) {
        const refusal = of(device);
        if (refusal) tellRefusal(context, refusal);
      }
    }
  },
});

const isNewer = ({ target: { libvirt } }: LibvirtContext): boolean =>
  libvirt === undefined || atLeast(libvirt, BOTH_KNOWN);

function queuesOf(device: XmlElement): Refusal | undefined {
  const driver = child(device, 'driver');
  if (!driver) return undefined;
  for (const name of ['queues', 'rx_queue_size', 'tx_queue_size']) {
    const text = word(driver, name);
    if (text === undefined || /^\s*\+?\d+\s*$/.test(text)) continue;
    return {
      fact: `${name}= counts queues, and '${text}' is no number of them`,
      words: `Invalid value for attribute '${name}' in element 'driver': '${text}'. Expected non-negative integer value`,
      element: driver,
      attribute: name,
      fixes: [removeAttribute(driver, name)],
    };
  }
  return undefined;
}

function tapOf(device: XmlElement): Refusal | undefined {
  const backend = child(device, 'backend');
  if (!backend) return undefined;
  const type = word(device, 'type');
  if (word(backend, 'tap') === undefined || type === undefined || !WITHOUT_TAP.has(type)) return undefined;
  const mac = word(child(device, 'mac'), 'address') ?? '';
  return {
    fact: `An interface of type ${type} has no tap device, and backend tap= names one (newer versions of libvirt look)`,
    words: `interface ${mac} - custom tap device path is not supported for network interfaces of type ${type}`,
    element: backend,
    attribute: 'tap',
    fixes: [removeAttribute(backend, 'tap')],
  };
}

function forwardsOf(device: XmlElement): Refusal | undefined {
  const forward = child(device, 'portForward');
  const type = forward && word(device, 'type');
  if (!forward || type === undefined) return undefined;
  const backend = word(child(device, 'backend'), 'type');
  if ((type === 'user' || type === 'vhostuser') && backend === 'passt') return undefined;
  if (backend === undefined && child(device, 'backend') && attribute(child(device, 'backend')!, 'type'))
    return undefined;
  return {
    fact: '<portForward> is for passt, which is not asked for here (newer versions of libvirt look)',
    words: "The <portForward> element can only be used with <interface type='user'> and its 'passt' backend",
    element: forward,
    fixes: [removeElement(forward)],
  };
}

const OF_ANY_VERSION = [queuesOf];
const CHECKS = [queuesOf, tapOf, forwardsOf];
