import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import { effective } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { type CpuList, cpuLists, knownPins } from './hostCpus.ts';
import { nameHostCpus } from './wording.ts';

export default defineRule({
  name: 'isolated-cpus-floating',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'pinning',
  severity: 'warning',
  summary: 'Threads may choose among isolated host CPUs, where nobody moves them.',
  explains: ['emulator-on-isolated'],
  sources: [{ title: 'Linux: isolcpus=', ref: 'Documentation/admin-guide/kernel-parameters.txt: isolcpus' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    const floating = cpuLists(guest).filter(
      ({ cpus }) => cpus.value.size > 1 && cpus.value.subtract(host.isolatedCpus).isEmpty,
    );
    const [first] = floating;
    if (!first) return;
    const same = floating.filter(({ cpus }) => cpus.value.equals(first.cpus.value));
    const cpus = first.cpus.value;
    report({
      message:
        `${nameHostCpus(cpus).replace('host', 'Host')} are isolated, so Linux does not spread threads over them: ` +
        'all that are given this list stay on the first CPU that they ran on, while the others idle.',
      at: first.cpus.span,
      about: same.map(({ about }) => about),
      related: same
        .slice(1)
        .map((list) => ({ span: list.cpus.span, message: `${list.who} has the same list.` })),
      fixes: pinOneByOne(guest, same, cpus),
    });
  },
});

/** To each vCPU one of the CPUs, where there are enough and nothing else has them. */
function pinOneByOne(guest: Guest, lists: readonly CpuList[], cpus: IndexSet): Fix[] {
  if (guest.dialect !== 'libvirt' || !complete(guest.threads.vcpuPins)) return [];
  const others = knownPins(guest).filter((pin) => !lists.some(({ about }) => about === pin));
  const taken = IndexSet.unionOf(others.map((pin) => pin.cpus.value));
  const count = effective(guest.topology.vcpus) ?? 0;
  const pinned = new Set(others.map(({ vcpu }) => vcpu.value));
  const ofPins = lists.flatMap(({ vcpu }) => (vcpu === undefined ? [] : [vcpu]));
  const vcpus = ofPins.length > 0 ? ofPins : [...Array(count).keys()].filter((vcpu) => !pinned.has(vcpu));
  const free = [...cpus.subtract(taken)];
  if (vcpus.length === 0 || free.length < vcpus.length) return [];
  const to = new Map(vcpus.map((vcpu, i) => [vcpu, IndexSet.from([free[i]!])]));
  return [
    {
      title: 'Give each vCPU one of them',
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: guest.threads, field: 'vcpuPins', to }],
    },
  ];
}
