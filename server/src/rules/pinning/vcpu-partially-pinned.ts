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
    if (!pins || !isAbsent(cpus) || !isKnown(count) || count.value === 0) return;
    const vcpus = pins.map(({ vcpu }) => vcpu);
    if (!vcpus.every(isKnown)) return;
    const all = IndexSet.of([[0, count.value - 1]]);
    const pinned = IndexSet.from(vcpus.map(({ value }) => value)).intersect(all);
    const rest = all.subtract(pinned);
    if (pinned.isEmpty || rest.isEmpty) return;
    report({
      message:
        `Of ${count.value} vCPUs ${pinned.size} ${pinned.size === 1 ? 'is' : 'are'} pinned: ${nameVcpus(rest)} ` +
        `${rest.size === 1 ? 'runs' : 'run'} on any host CPU, those of the pinned ones too.`,
      at: pins.at(-1)!.label,
      about: pins,
    });
  },
});
