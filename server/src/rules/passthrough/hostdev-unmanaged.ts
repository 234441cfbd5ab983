import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { attribute, children } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'hostdev-unmanaged',
  reads: 'libvirt',
  concerns: ['hostdev'],
  topic: 'passthrough',
  severity: 'warning',
  summary: 'Libvirt is not to detach a host device from its driver, so that somebody else must.',
  sources: [{ title: 'libvirt: managed', ref: 'formatdomain: host device assignment' }],
  since: '0.1.0',
  check({ domain, guest, report }) {
    for (const hostdev of children(domain, 'devices').flatMap((devices) => children(devices, 'hostdev'))) {
      if (attribute(hostdev, 'type')?.value?.text !== 'pci') continue;
      const managed = attribute(hostdev, 'managed');
      const text = managed?.value?.text;
      if (!managed && hostdev.openTag) continue;
      if (text === 'yes' || (text !== undefined && isPlaceholder(text)) || (managed && text === undefined))
        continue;
      report({
        message:
          `${text === undefined ? 'Without managed=' : `With managed='${text}'`} libvirt leaves the device with its host driver: ` +
          'unless it was bound to vfio-pci before, the guest does not start.',
        at: spanOf(guest.label.uri, managed?.value ?? hostdev.name),
        about: hostdev,
        fixes: [
          {
            title: 'Let libvirt do it',
            applicability: 'suggestion',
            changes: [{ op: 'set-attribute', element: hostdev, name: 'managed', text: 'yes' }],
          },
        ],
      });
    }
  },
});
