import { attribute, child } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { allDevicesOf, word, writeAttribute } from '../refusal.ts';

/** As libvirt names devices of a running guest: `net0`, `virtio-disk0`, `sata0-0-1`, `pci.3`, `usb`. */
const OWN = /^([a-z][a-z-]*\d+([.-]\d+)*|(pcie?|usb)\.\d+|[a-z]+)$/;

export default defineRule({
  name: 'alias-not-ua',
  reads: 'libvirt',
  concerns: ['alias'],
  topic: 'structure',
  severity: 'information',
  summary: "An alias of the user's own does not begin with ua-.",
  sources: [
    { title: 'libvirt: alias', ref: 'docs/formatdomain.rst: Devices' },
    { title: "libvirt: prefix 'ua-'", ref: 'src/conf/domain_conf.c: virDomainDeviceInfoParseXML' },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    // What a running guest is shown with came from libvirt.
    if (attribute(domain, 'id')) return;
    for (const device of allDevicesOf(domain)) {
      const alias = child(device, 'alias');
      const name = word(alias, 'name');
      const value = alias && attribute(alias, 'name')?.value;
      if (!alias || !value || name === undefined || name === '' || name.startsWith('ua-') || OWN.test(name))
        continue;
      report({
        message: `Aliases of users begin with ua-: libvirt drops '${name}' silently, and gives the device a name of its own.`,
        at: spanOf(guest.label.uri, value),
        about: alias,
        fixes: [writeAttribute(alias, 'name', `ua-${name}`, `Call it ua-${name}`)],
      });
    }
  },
});
