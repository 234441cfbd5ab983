import { vcpuLimit } from '../../catalogue/smpLevels.ts';
import { NEWEST_QEMU } from '../../guest/target.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';
import { meantQemu } from './meant.ts';

export default defineRule({
  name: 'too-many-vcpus',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A guest has more vCPUs than its machine can take.',
  sources: [
    { title: 'QEMU: Invalid SMP CPUs', ref: 'hw/core/machine-smp.c: machine_parse_smp_config' },
    { title: 'QEMU: how many a machine takes', ref: 'query-machines: cpu-max' },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, target, report } = context;
    const { topology, machine } = guest;
    const type = effective(machine.type);
    const count = isKnown(topology.maxVcpus) ? topology.maxVcpus : topology.vcpus;
    const meant = meantQemu(context);
    // The large machines of PCs have a history of their own, which smp-zero-or-unsupported-level tells.
    if (!type || !meant?.catalogue.exact || vcpuLimit(type, target.qemu ?? NEWEST_QEMU) !== undefined) return;
    const fact = meant.catalogue.machine(type.name);
    const limit = fact?.mostCpus;
    if (!fact || limit === undefined || !isKnown(count) || count.value <= limit) return;
    report({
      message:
        `Machine ${type.name} takes ${limit} vCPU${limit === 1 ? '' : 's'}, not ${count.value}: QEMU stops with "Invalid SMP CPUs ` +
        `${count.value}. The max CPUs supported by machine '${fact.name}' is ${limit}".`,
      at: count.span,
      about: topology,
      fixes: [
        {
          title: `Give the guest ${limit} vCPU${limit === 1 ? '' : 's'}`,
          applicability: 'suggestion',
          changes: [{ op: 'set', entity: topology, field: 'maxVcpus', to: limit }],
        },
      ],
    });
  },
});
