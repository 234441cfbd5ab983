import { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { chosenCpus } from './cpuKinds.ts';
import { replaceCpus } from './hostCpus.ts';
import { nameHostCpus } from './wording.ts';

export default defineRule({
  name: 'hybrid-core-mix',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'pinning',
  severity: 'hint',
  summary: 'The vCPUs of one guest run on fast and on slow cores of the host.',
  sources: [{ title: 'Linux: cpu_core and cpu_atom', ref: 'tools/perf/Documentation/intel-hybrid.txt' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    const chosen = chosenCpus(guest);
    if (!chosen) return;
    const kinds = [...chosen.cpus.intersect(host.cpus)].map((cpu) => [cpu, host.cpu(cpu)?.type] as const);
    const of = (type: 'P' | 'E'): IndexSet =>
      IndexSet.from(kinds.flatMap(([cpu, kind]) => (kind === type ? [cpu] : [])));
    const [fast, slow] = [of('P'), of('E')];
    if (fast.isEmpty || slow.isEmpty) return;
    const { list, pins, vcpus } = chosen;
    const odd = pins.find(({ cpus }) => !cpus.value.intersect(slow).isEmpty);
    const at = list?.cpus ?? odd!.cpus;
    report({
      message:
        `The vCPUs run on performance cores (${nameHostCpus(fast)}) and on efficiency cores (${nameHostCpus(slow)}): for the ` +
        'guest they are all alike, and it waits for the slow ones.',
      at: at.span,
      about: odd ?? at,
      fixes: list && fast.size >= vcpus ? replaceCpus(list, fast, `Keep ${nameHostCpus(fast)}`) : [],
    });
  },
});
