import { isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';
import { dedicatedCpus, leaveFix } from './dedicated.ts';
import { nameHostCpus } from './wording.ts';

export default defineRule({
  name: 'iothreadpin-on-vcpu-cpus',
  reads: 'guest',
  only: 'libvirt',
  topic: 'pinning',
  severity: 'hint',
  summary: 'An I/O thread is pinned to host CPUs that vCPUs have for themselves.',
  sources: [
    { title: 'libvirt: real-time guests', ref: 'docs/kbase/kvm-realtime.rst: Host partitioning plan' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const pins = guest.threads.ioThreadPins.items;
    const dedicated = pins.length > 0 ? dedicatedCpus(guest) : undefined;
    if (!dedicated) return;
    for (const pin of pins) {
      if (!isKnown(pin.cpus) || !pin.cpus.value.overlaps(dedicated)) continue;
      const both = pin.cpus.value.intersect(dedicated);
      const name = isKnown(pin.thread) ? `I/O thread ${pin.thread.value}` : 'The I/O thread';
      report({
        message:
          `${name} may run on ${nameHostCpus(both)}, to which vCPUs are pinned: under load, its disks and those ` +
          'vCPUs wait for each other.',
        at: pin.cpus.span,
        about: pin,
        fixes: leaveFix(pin.cpus, dedicated),
      });
    }
  },
});
