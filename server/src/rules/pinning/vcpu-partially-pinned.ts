import { complete } from '../../guest/collection.ts';
import { isAbsent, isKnown } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { nameVcpus } from './wording.ts';

export default defineRule({
  name: 'vcpu-partially-pinned',
  reads: 'guest',
  only: 'libvirt',
  topic: 'pinning',
  severity: 'information',
  summary: 'Some vCPUs are pinned and others run anywhere.',
  sources: [{ title: 'libvirt: CPU Tuning', ref: 'docs/formatdomain.rst: cputune, vcpupin' }],
  since: '0.1.0',
  check({ guest, report }) {
    const { vcpuPins, cpus } = guest.threads;
    const pins = complete(vcpuPins);
    const count = guest.topology.vcpus;
    // A default list of CPUs, or numad's, holds those that have no pin.
    if (!pins || pins.length === 0 || !isAbsent(cpus) || !isKnown(count) || count.value === 0) return;
    const numbers: number[] = [];
    for (const { vcpu } of pins) {
      if (!isKnown(vcpu)) return;
      numbers.push(vcpu.value);
    }
    const rest = IndexSet.first(count.value).subtract(IndexSet.from(numbers));
    const pinned = count.value - rest.size;
    if (pinned === 0 || rest.isEmpty) return;
    report({
      message:
        `Of ${count.value} vCPUs ${pinned} ${pinned === 1 ? 'is' : 'are'} pinned: ${nameVcpus(rest)} ` +
        `${rest.size === 1 ? 'runs' : 'run'} on any host CPU, those of the pinned ones too.`,
      at: pins.at(-1)!.label,
      about: pins,
    });
  },
});
