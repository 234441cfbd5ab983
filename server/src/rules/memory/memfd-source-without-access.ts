import { cellElements } from '../../dialects/libvirt/lower/memory.ts';
import { memoryBackingParts } from '../../dialects/libvirt/lower/memoryBacking.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { word } from '../refusal.ts';

export default defineRule({
  name: 'memfd-source-without-access',
  reads: 'libvirt',
  concerns: ['memoryBacking'],
  topic: 'memory',
  severity: 'information',
  summary: 'Memory comes from memfd, and nothing says whether it is shared.',
  sources: [
    {
      title: 'QEMU: memfd is shared by default',
      ref: 'backends/hostmem-memfd.c: memfd_backend_instance_init',
    },
    {
      title: 'libvirt: share of a backend',
      ref: 'src/qemu/qemu_command.c: qemuBuildMemoryBackendPropsShare',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const source = memoryBackingParts(domain, 'source').find((each) => word(each, 'type') === 'memfd');
    const backing = source?.parent;
    if (!source || !backing || mayGainChildren(backing) || memoryBackingParts(domain, 'access').length > 0)
      return;
    if (cellElements(domain).some((cell) => attribute(cell, 'memAccess'))) return;
    report({
      message:
        'memfd memory without <access> is shared for QEMU, which takes that for the default, and private for libvirt, which then ' +
        'refuses devices that other processes serve, such as virtiofs and vhost-user. Say which of them is meant.',
      at: spanOf(guest.label.uri, source.name),
      about: source,
      fixes: (['shared', 'private'] as const).map((mode) => ({
        title: `Say that it is ${mode}`,
        applicability: 'suggestion',
        changes: [
          {
            op: 'add-element',
            parent: backing,
            template: { name: 'access', attributes: { mode } },
            after: source,
          },
        ],
      })),
    });
  },
});
