import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { at, devicesOf, removeElement, tellRefusal, word } from '../refusal.ts';

export default defineRule({
  name: 'hostdev-duplicate',
  reads: 'libvirt',
  concerns: ['hostdev'],
  topic: 'passthrough',
  severity: 'error',
  summary: 'One device of the host is handed to the guest twice.',
  sources: [
    {
      title: 'libvirt: Hostdev already exists in the domain configuration',
      ref: 'src/conf/domain_validate.c: virDomainDefHostdevValidate; domain_conf.c: virDomainHostdevMatch',
    },
  ],
  since: '0.1.0',
  check(context) {
    const seen = new Map<string, XmlElement>();
    for (const hostdev of devicesOf(context.domain, 'hostdev')) {
      const key = identityOf(hostdev);
      if (key === undefined) continue;
      const first = seen.get(key);
      if (!first) {
        seen.set(key, hostdev);
        continue;
      }
      tellRefusal(
        context,
        {
          fact: 'This device of the host is handed over already',
          words: 'Hostdev already exists in the domain configuration',
          element: child(hostdev, 'source') ?? hostdev,
          beside: { element: first, message: 'By this one.' },
          fixes: [removeElement(hostdev)],
        },
        { about: [hostdev, child(hostdev, 'source') ?? hostdev] },
      );
    }
  },
});

/** The same text for two that libvirt takes for the same; undefined where it is not known which device is meant. */
function identityOf(hostdev: XmlElement): string | undefined {
  const type = word(hostdev, 'type');
  const source = child(hostdev, 'source');
  const address = child(source ?? hostdev, 'address');
  if (word(hostdev, 'mode') !== 'subsystem' || !source || type === undefined) return undefined;
  const parts = partsOf(type, source, address);
  return parts === undefined || parts.includes(undefined) ? undefined : `${type} ${parts.join(' ')}`;
}

function partsOf(
  type: string,
  source: XmlElement,
  address: XmlElement | undefined,
): readonly (string | undefined)[] | undefined {
  switch (type) {
    case 'mdev':
      return [word(address, 'uuid')?.toLowerCase()];
    // Of PCI vfio-host-format speaks.
    case 'usb': {
      if (address) return ['bus', 'device'].map((name) => numberOf(address, name));
      const [vendor, product] = [child(source, 'vendor'), child(source, 'product')];
      return vendor && product && [numberOf(vendor, 'id'), numberOf(product, 'id')];
    }
    case 'scsi': {
      const adapter = word(at(source, 'adapter'), 'name');
      if (!address || adapter === undefined) return undefined;
      return [adapter, ...['bus', 'target', 'unit'].map((name) => numberOf(address, name, '0'))];
    }
    default:
      return undefined;
  }
}

function numberOf(element: XmlElement, name: string, absent?: string): string | undefined {
  const isThere = element.attributes.some((each) => each.name.text === name);
  const text = isThere ? word(element, name) : absent;
  const number = text === undefined ? undefined : parseLibvirtNumber(text);
  return number === undefined ? undefined : String(number);
}
