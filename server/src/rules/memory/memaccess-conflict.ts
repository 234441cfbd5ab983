import { cellElements } from '../../dialects/libvirt/lower/memory.ts';
import { memoryBackingParts } from '../../dialects/libvirt/lower/memoryBacking.ts';
import { attribute } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { removeAttribute, word } from '../refusal.ts';

export default defineRule({
  name: 'memaccess-conflict',
  reads: 'libvirt',
  concerns: ['memAccess'],
  topic: 'memory',
  severity: 'information',
  summary: 'A cell shares its memory otherwise than the guest is said to.',
  sources: [
    { title: 'libvirt: memAccess', ref: 'src/qemu/qemu_command.c: qemuBuildMemoryBackendPropsShare' },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const access = memoryBackingParts(domain, 'access')[0];
    const mode = word(access, 'mode');
    if (!access || mode === undefined) return;
    const { uri } = guest.label;
    for (const cell of cellElements(domain)) {
      const own = attribute(cell, 'memAccess')?.value;
      if (!own || word(cell, 'memAccess') === undefined || own.text === mode) continue;
      report({
        message: `The cell has its way: its memory is ${own.text}, although <access> says ${mode} for the guest.`,
        at: spanOf(uri, own),
        about: cell,
        related: [{ span: spanOf(uri, access.name), message: `This says ${mode}.` }],
        fixes: [removeAttribute(cell, 'memAccess')],
      });
    }
  },
});
