import { isKnown } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { replaceCpus } from './hostCpus.ts';
import { nameHostCpus } from './wording.ts';

export default defineRule({
  name: 'emulator-on-isolated',
  reads: 'guest',
  only: 'libvirt',
  needs: 'host-profile',
  topic: 'pinning',
  severity: 'warning',
  summary: "QEMU's own threads are pinned to isolated host CPUs.",
  sources: [
    { title: 'libvirt: real-time guests', ref: 'docs/kbase/kvm-realtime.rst: Host partitioning plan' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const cpus = guest.threads.emulatorCpus;
    if (!isKnown(cpus)) return;
    const isolated = cpus.value.intersect(host.isolatedCpus);
    if (isolated.isEmpty) return;
    const rest = cpus.value.subtract(isolated);
    const near = [...host.nodesOfCpus(cpus.value)].flatMap((node) => host.cpusOfNode(node).ranges);
    const to = rest.isEmpty ? IndexSet.of(near).subtract(host.isolatedCpus) : rest;
    report({
      message:
        `QEMU's own threads may run on ${nameHostCpus(isolated)}, which ${isolated.size === 1 ? 'is' : 'are'} isolated to keep ` +
        'such threads away: they disturb what runs there, and are not spread over other CPUs.',
      at: cpus.span,
      about: cpus,
      fixes: replaceCpus({ cpus }, to, `Run them on ${nameHostCpus(to)}`),
    });
  },
});
