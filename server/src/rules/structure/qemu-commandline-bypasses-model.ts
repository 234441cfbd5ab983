import { child, children } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'qemu-commandline-bypasses-model',
  reads: 'libvirt',
  concerns: ['qemu:commandline'],
  topic: 'structure',
  severity: 'information',
  summary: 'Arguments are handed to QEMU that libvirt knows nothing about.',
  sources: [{ title: 'libvirt: QEMU command-line passthrough', ref: 'docs/drvqemu.rst: taint custom-argv' }],
  since: '0.1.0',
  check({ domain, guest, passed, report }) {
    const commandLine = child(domain, 'qemu:commandline');
    if (!commandLine || !passed || children(commandLine, 'qemu:arg').length === 0) return;
    report({
      message:
        'QEMU gets these arguments as they are, behind those that libvirt writes: libvirt gives what they make no address, label or ' +
        'limit, does not migrate it, and marks the guest as tainted.',
      at: spanOf(guest.label.uri, commandLine.name),
      about: commandLine,
    });
  },
});
