import { isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'discard-data-persistent',
  reads: 'guest',
  topic: 'memory',
  severity: 'warning',
  severityIn: { libvirt: 'error' },
  summary: 'The content of persistent memory may be thrown away when the guest ends.',
  sources: [
    { title: 'QEMU: discard-data', ref: 'qapi/qom.json: MemoryBackendFileProperties' },
    {
      title: 'libvirt: discard is not supported for nvdimms',
      ref: 'src/conf/domain_validate.c: virDomainMemoryDefValidate',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    for (const memory of guest.memory.persistent) {
      const { discard, model } = memory;
      if (!isKnown(discard) || !discard.value) continue;
      const qemu = guest.dialect === 'qemu';
      const refusal = `discard is not supported for ${model === 'nvdimm' ? 'nvdimms' : model}`;
      report({
        message: qemu
          ? `${model} keeps its content, and discard-data allows the host to throw it away when QEMU ends.`
          : `${model} keeps its content, and nothing of it may be thrown away: libvirt refuses the domain with "${refusal}".`,
        at: discard.span,
        about: memory,
        fixes: [
          {
            title: 'Keep it',
            applicability: qemu ? 'suggestion' : 'safe',
            changes: [{ op: 'replace', value: discard, text: qemu ? 'off' : 'no' }],
          },
        ],
      });
    }
  },
});
