import { effective, placeOf } from '../../guest/value.ts';
import { defineRule } from '../define.ts';
import { isEveryInterface } from './listenAddress.ts';

export default defineRule({
  name: 'vnc-open-to-network',
  reads: 'guest',
  topic: 'hygiene',
  severity: 'warning',
  summary: "The guest's screen is shown to whoever connects over the network.",
  sources: [
    { title: 'QEMU: -vnc without a host', ref: 'qemu-options.hx: -vnc; docs/system/vnc-security.rst' },
    { title: 'QEMU: -spice disable-ticketing', ref: 'ui/spice-core.c: qemu_spice_init' },
    { title: 'libvirt: listen addresses', ref: 'docs/formatdomain.rst, Graphical framebuffers' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    for (const display of guest.displays.items) {
      const address = effective(display.address);
      if (address === undefined || !isEveryInterface(address)) continue;
      if (effective(display.guarded) !== false) continue;
      const unless = guest.dialect === 'libvirt' ? ' (unless qemu.conf asks for one)' : '';
      report({
        message:
          `${display.protocol.toUpperCase()} waits on every interface of the host and asks for no password${unless}: ` +
          "whoever can reach the host sees the guest's screen and types on its keyboard.",
        at: placeOf(display.address),
        about: display,
        fixes: [
          {
            title: 'Wait on 127.0.0.1 only',
            applicability: 'suggestion',
            changes: [{ op: 'set', entity: display, field: 'address', to: '127.0.0.1' }],
          },
        ],
      });
    }
  },
});
