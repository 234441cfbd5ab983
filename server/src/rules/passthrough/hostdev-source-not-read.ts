import type { Change } from '../../dialects/change.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { attribute, child, children, isClosed } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { parsePciAddress } from '../../values/pciAddress.ts';
import { defineRule, type Fix, type LibvirtContext } from '../define.ts';

export default defineRule({
  name: 'hostdev-source-not-read',
  reads: 'libvirt',
  concerns: ['hostdev'],
  topic: 'passthrough',
  severity: 'error',
  summary:
    'The <source> of a passed-through PCI device has no <address>, the one thing that libvirt reads there.',
  sources: [
    {
      title: 'libvirt: the address of a PCI hostdev',
      ref: 'src/conf/domain_conf.c: virDomainHostdevSubsysPCIDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const hostdevs = children(context.domain, 'devices').flatMap((devices) => children(devices, 'hostdev'));
    for (const hostdev of hostdevs) {
      if (attribute(hostdev, 'type')?.value?.text !== 'pci' || !isClosed(hostdev)) continue;
      const source = child(hostdev, 'source');
      if (
        source
          ? child(source, 'address') || mayGainChildren(source) || !isClosed(source)
          : mayGainChildren(hostdev)
      )
        continue;
      report(context, hostdev, source);
    }
  },
});

function report(
  { guest, report }: LibvirtContext,
  hostdev: XmlElement,
  source: XmlElement | undefined,
): void {
  const { uri } = guest.label;
  if (!source) {
    report({
      message:
        'The host device is not named: libvirt refuses the domain with "Missing <source> element in hostdev device".',
      at: spanOf(uri, hostdev.name),
      about: hostdev,
    });
    return;
  }
  const written = source.attributes.find(({ value }) => value && parsePciAddress(value.text));
  if (source.attributes.some(({ value }) => value && isPlaceholder(value.text))) return;
  const what = written ? `${written.name.text}= is not read there` : 'It is empty';
  report({
    message:
      `<source> names the host device by an <address> in it. ${what}, so libvirt takes host device 0000:00:00.0, which ` +
      'no host passes through: the guest does not start.',
    at: spanOf(uri, written ?? source.name),
    about: hostdev,
    fixes: written ? [fixFor(source, written.name.text, written.value!.text)] : [],
  });
}

function fixFor(source: XmlElement, name: string, text: string): Fix {
  const { domain, bus, slot, fn } = parsePciAddress(text)!;
  const hex = (value: number, width: number): string => `0x${value.toString(16).padStart(width, '0')}`;
  const changes: Change[] = [
    { op: 'remove-attribute', element: source, name },
    {
      op: 'add-element',
      parent: source,
      template: {
        name: 'address',
        attributes: { domain: hex(domain, 4), bus: hex(bus, 2), slot: hex(slot, 2), function: hex(fn, 1) },
      },
    },
  ];
  return { title: `Name ${text} by an <address>`, applicability: 'safe', changes };
}
