import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { isKnown } from '../../guest/value.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { word } from '../refusal.ts';

export default defineRule({
  name: 'topology-missing-for-host-passthrough',
  reads: 'libvirt',
  concerns: ['cpu'],
  topic: 'structure',
  severity: 'hint',
  summary: "The guest sees the host's processor, and each of its vCPUs in a socket of its own.",
  sources: [
    {
      title: 'libvirt: sockets where nothing is said',
      ref: 'src/qemu/qemu_command.c: qemuBuildSmpCommandLine',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const cpu = child(domain, 'cpu');
    const mode = cpu && attribute(cpu, 'mode')?.value;
    const vcpus = guest.topology.maxVcpus;
    const count = isKnown(vcpus) ? vcpus : guest.topology.vcpus;
    if (!cpu || !mode || word(cpu, 'mode') !== 'host-passthrough' || !isKnown(count) || count.value < 3)
      return;
    if (mayGainChildren(cpu) || child(cpu, 'topology')) return;
    const cores = String(count.value);
    report({
      message:
        `Without <topology> libvirt makes ${cores} sockets of one core: that is not how this processor is built, and editions of Windows ` +
        'for desktops use two sockets at most.',
      at: spanOf(guest.label.uri, mode),
      about: cpu,
      fixes: [
        {
          title: `Make one socket of ${cores} cores`,
          applicability: 'suggestion',
          changes: [
            {
              op: 'add-element',
              parent: cpu,
              template: { name: 'topology', attributes: { sockets: '1', cores, threads: '1' } },
            },
          ],
        },
      ],
    });
  },
});
