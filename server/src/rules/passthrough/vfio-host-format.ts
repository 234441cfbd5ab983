import type { Device } from '../../guest/pci.ts';
import { effective, isKnown, type Known, malformed } from '../../guest/value.ts';
import type { Span } from '../../text/span.ts';
import { formatPciAddress, type PciAddress } from '../../values/pciAddress.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';

/** Letters where pages and templates leave the digits to the reader: `0000:XX:00.0`, `BB:DD.F`. */
const LEFT_OPEN = /x{2}|^(?:[\dD]{4}:)?BB:(?:DD|SS)\.F$/i;

export default defineRule({
  name: 'vfio-host-format',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'error',
  summary: 'The host device to be passed through is not named, not readable, or named twice.',
  sources: [
    {
      title: "QEMU: Property 'vfio-pci.host' doesn't take value",
      ref: 'hw/core/qdev-properties-system.c: set_pci_host_devaddr',
    },
    { title: 'QEMU: No provided host device', ref: 'hw/vfio/pci.c: vfio_realize' },
    {
      title: 'libvirt: Hostdev already exists in the domain configuration',
      ref: 'src/conf/domain_postparse.c: virDomainHostdevDefPostParse',
    },
    { title: 'libvirt: Invalid PCI address', ref: 'src/util/virpci.c: virPCIDeviceAddressIsValid' },
  ],
  since: '0.1.0',
  check(context) {
    const seen = new Map<string, Device>();
    for (const device of context.guest.pci.devices.items) {
      if (device.role !== 'passthrough') continue;
      const { hostAddress } = device;
      const text = malformed(hostAddress);
      if (text !== undefined && LEFT_OPEN.test(text)) continue;
      if (text !== undefined && hostAddress.state === 'unknown')
        reportText(context, device, text, hostAddress.span);
      else if (hostAddress.state === 'absent') reportAbsent(context, device);
      if (!isKnown(hostAddress) || reportBeyond(context, device, hostAddress)) continue;
      const address = formatPciAddress(hostAddress.value);
      const earlier = seen.get(address);
      if (earlier) reportTwice(context, device, earlier, address);
      else seen.set(address, device);
    }
  },
});

function reportText({ report }: GuestContext, device: Device, text: string, at: Span): void {
  const words =
    device.dialect === 'qemu'
      ? `QEMU stops with "Property '${effective(device.driver)}.host' doesn't take value '${text}'"`
      : `libvirt refuses the domain with "in element 'address': '${text}'. Expected non-negative integer value"`;
  const shown = text === '' ? 'The empty text' : text;
  const fact =
    device.dialect === 'qemu'
      ? `${shown} is no PCI address, such as 0000:af:00.0 or af:00.0`
      : `${shown} is no number; hexadecimal ones begin with 0x`;
  report({ message: `${fact}: ${words}.`, at, about: device, fixes: textFixes(device, text, at) });
}

/** Addresses as other tools write them: `0000_af_00_0`, `af:00:0`. */
const OTHER_WAY = /^(?:pci_)?(?:([0-9a-f]{4})[:._])?([0-9a-f]{1,2})[:._]([0-9a-f]{1,2})[:._]([0-7])$/i;

function textFixes(device: Device, text: string, at: Span): Fix[] {
  if (device.dialect === 'libvirt') {
    if (!/^[0-9a-f]{1,4}$/i.test(text)) return [];
    return [
      {
        title: `Write it as hexadecimal: 0x${text}`,
        applicability: 'safe',
        changes: [{ op: 'text', span: at, newText: `0x${text}` }],
      },
    ];
  }
  const match = OTHER_WAY.exec(text);
  if (!match || Number.parseInt(match[3]!, 16) > 31) return [];
  const [domain, bus, slot, fn] = match.slice(1);
  const to = `${domain ? `${domain}:` : ''}${bus}:${slot}.${fn}`;
  return [
    {
      title: `Write it as ${to}`,
      applicability: 'safe',
      changes: [{ op: 'set', entity: device, field: 'host', to }],
    },
  ];
}

function reportAbsent({ report }: GuestContext, device: Device): void {
  // What a <source> of libvirt says instead is hostdev-source-not-read's business.
  if (device.dialect !== 'qemu') return;
  report({
    message: `${effective(device.driver)} names no host device: QEMU stops with "No provided host device".`,
    at: device.label,
    about: device,
  });
}

/** How far each part goes, and libvirt's words for it; in the order in which it looks. QEMU cannot read such an address. */
const LIMITS = [
  { part: 'bus', most: 0xff, words: (text: string) => `bus='${text}', must be <= 0xFF` },
  { part: 'slot', most: 0x1f, words: (text: string) => `slot='${text}', must be <= 0x1F` },
  { part: 'fn', most: 7, words: (text: string) => `function=${text}, must be <= 7` },
] as const;

/** @returns false where all parts are within their limits. */
function reportBeyond({ report }: GuestContext, device: Device, { value, span }: Known<PciAddress>): boolean {
  const limit = LIMITS.find(({ part, most }) => value[part] > most);
  if (!limit) return false;
  const text = `0x${value[limit.part].toString(16)}`;
  report({
    message:
      `No host has a PCI device with ${limit.part === 'fn' ? 'function' : limit.part} ${text}: libvirt refuses the domain ` +
      `with "Invalid PCI address ${limit.words(text)}".`,
    at: span,
    about: device,
  });
  return true;
}

function reportTwice({ report }: GuestContext, device: Device, earlier: Device, address: string): void {
  const refusal =
    device.dialect === 'qemu'
      ? 'QEMU stops with "device is already attached"'
      : 'libvirt refuses the domain with "Hostdev already exists in the domain configuration"';
  report({
    message: `Host device ${address} is passed through twice: ${refusal}.`,
    at: isKnown(device.hostAddress) ? device.hostAddress.span : device.label,
    about: device,
    related: [
      {
        span: isKnown(earlier.hostAddress) ? earlier.hostAddress.span : earlier.label,
        message: 'It is passed through here already.',
      },
    ],
    fixes: [
      {
        title: 'Remove the second one',
        applicability: 'suggestion',
        changes: [{ op: 'remove', entity: device }],
      },
    ],
  });
}
