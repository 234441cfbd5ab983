import { resolveTopology } from '../../guest/layout.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';
import { counted } from './wording.ts';

export default defineRule({
  name: 'smp-maxcpus-less-than-cpus',
  reads: 'guest',
  topic: 'numa',
  severity: 'error',
  summary: 'The guest starts with more vCPUs than it can ever have.',
  sources: [
    {
      title: 'QEMU: maxcpus must be equal to or greater than smp',
      ref: 'hw/core/machine-smp.c: machine_parse_smp_config',
    },
    {
      title: 'libvirt: maximum vCPU count must not be less than current vCPU count',
      ref: 'src/conf/domain_conf.c: virDomainDefSetVcpus',
    },
  ],
  since: '0.1.0',
  check({ guest, target, report }) {
    const { topology } = guest;
    const { vcpus, maxVcpus } = topology;
    if (!isKnown(vcpus) || !isKnown(maxVcpus) || vcpus.value <= maxVcpus.value) return;
    // Zero is left out, which is another rule's business.
    if (maxVcpus.value === 0) return;
    const smp = resolveTopology(guest, target);
    // Where the levels do not fit either, QEMU says that first.
    const fits = smp === undefined || smp.product === smp.maxcpus;
    const refusal =
      guest.dialect === 'qemu'
        ? `QEMU stops${fits ? ' with "Invalid CPU topology: maxcpus must be equal to or greater than smp"' : ''}`
        : 'libvirt refuses the domain with "maximum vCPU count must not be less than current vCPU count"';
    report({
      message: `The guest starts with ${counted(vcpus.value, 'vCPU')}, but has room for ${maxVcpus.value}: ${refusal}.`,
      at: maxVcpus.span,
      about: topology,
      related: [{ span: vcpus.span, message: 'The vCPUs at start.' }],
      fixes: [
        {
          title: `Make room for ${vcpus.value}`,
          applicability: 'suggestion',
          changes: [{ op: 'set', entity: topology, field: 'maxVcpus', to: vcpus.value }],
        },
        {
          title: `Start with ${maxVcpus.value}`,
          applicability: 'suggestion',
          changes: [{ op: 'replace', value: vcpus, text: String(maxVcpus.value) }],
        },
      ],
    });
  },
});
