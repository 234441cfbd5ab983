import { effective, isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'smp-more-than-host',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'pinning',
  severity: 'warning',
  summary: 'The guest has more vCPUs than the host has CPUs.',
  explains: ['host-cpu-overcommit'],
  sources: [{ title: 'QEMU: vCPUs that KVM recommends', ref: 'accel/kvm/kvm-all.c: kvm_init' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    const { vcpus } = guest.topology;
    const { size } = host.cpus;
    if (!isKnown(vcpus) || vcpus.value <= size) return;
    const kvm = effective(guest.processor.accelerators)?.[0] === 'kvm';
    const said = kvm
      ? ` QEMU warns: "Number of SMP cpus requested (${vcpus.value}) exceeds the recommended cpus supported by KVM (${size})".`
      : '';
    report({
      message:
        `The guest has ${vcpus.value} vCPUs, and the host ${size} CPUs: they can never all run at once, and one that holds ` +
        `a lock may be the one that waits.${said}`,
      at: vcpus.span,
      about: guest.topology,
      fixes: vcpus.slot
        ? [
            {
              title: `Have ${size} vCPUs`,
              applicability: 'suggestion',
              changes: [{ op: 'replace', value: vcpus, text: String(size) }],
            },
          ]
        : [],
    });
  },
});
