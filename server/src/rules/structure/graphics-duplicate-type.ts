import { attribute, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';

/** The displays of which QEMU can have one each; others it has none of. */
const TYPES = new Set(['sdl', 'vnc', 'spice', 'egl-headless', 'dbus']);

export default defineRule({
  name: 'graphics-duplicate-type',
  reads: 'libvirt',
  concerns: ['graphics'],
  topic: 'structure',
  severity: 'error',
  summary: 'Two displays of the guest have the same type.',
  sources: [
    {
      title: 'libvirt: only 1 graphics device of each type',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefGraphics; src/qemu/qemu_process.c',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const seen = new Map<string, XmlElement>();
    for (const graphics of children(domain, 'devices').flatMap((devices) => children(devices, 'graphics'))) {
      const type = attribute(graphics, 'type')?.value;
      if (!type || !TYPES.has(type.text)) continue;
      const first = seen.get(type.text);
      if (!first) {
        seen.set(type.text, graphics);
        continue;
      }
      report({
        message:
          `A second display of the type ${type.text}: libvirt takes the domain, and does not start it: ` +
          '"only 1 graphics device of each type (sdl, vnc, spice, headless, dbus) is supported".',
        at: spanOf(guest.label.uri, type),
        about: graphics,
        related: [{ span: spanOf(guest.label.uri, first.name), message: 'The first one.' }],
        fixes: [
          {
            title: 'Remove this <graphics>',
            applicability: 'suggestion',
            changes: [{ op: 'remove-element', element: graphics }],
          },
        ],
      });
    }
  },
});
