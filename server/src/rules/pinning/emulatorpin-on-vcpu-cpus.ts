import { isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';
import { dedicatedCpus, leaveFix } from './dedicated.ts';
import { nameHostCpus } from './wording.ts';

export default defineRule({
  name: 'emulatorpin-on-vcpu-cpus',
  reads: 'guest',
  only: 'libvirt',
  topic: 'pinning',
  severity: 'hint',
  summary: "QEMU's own threads are pinned to host CPUs that vCPUs have for themselves.",
  sources: [
    { title: 'libvirt: real-time guests', ref: 'docs/kbase/kvm-realtime.rst: Host partitioning plan' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const emulator = guest.threads.emulatorCpus;
    const dedicated = isKnown(emulator) ? dedicatedCpus(guest) : undefined;
    if (!isKnown(emulator) || !dedicated?.overlaps(emulator.value)) return;
    const both = emulator.value.intersect(dedicated);
    report({
      message:
        `The emulator may run on ${nameHostCpus(both)}, to which vCPUs are pinned: while it does, those vCPUs stand ` +
        'still.',
      at: emulator.span,
      about: emulator,
      fixes: leaveFix(emulator, dedicated),
    });
  },
});
