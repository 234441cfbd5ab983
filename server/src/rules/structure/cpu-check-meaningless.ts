import { attribute, child } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { removeAttribute, word } from '../refusal.ts';

export default defineRule({
  name: 'cpu-check-meaningless',
  reads: 'libvirt',
  concerns: ['check'],
  topic: 'structure',
  severity: 'information',
  summary: 'The vCPUs are to be checked against a model, and have none.',
  sources: [
    { title: 'libvirt: cpu check=', ref: 'docs/formatdomain.rst: CPU model and topology' },
    { title: 'libvirt: which CPUs are checked', ref: 'src/qemu/qemu_process.c: qemuProcessVerifyCPU' },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const cpu = child(domain, 'cpu');
    const check = cpu && attribute(cpu, 'check');
    const text = word(cpu, 'check');
    const mode = word(cpu, 'mode');
    if (!cpu || !check || (mode !== 'host-passthrough' && mode !== 'maximum')) return;
    if (text !== 'partial' && text !== 'full') return;
    report({
      message: `check='${text}' compares the vCPUs with a model, and ${mode} has none: it hands over whatever is there.`,
      at: spanOf(guest.label.uri, check.name),
      about: cpu,
      fixes: [removeAttribute(cpu, 'check')],
    });
  },
});
