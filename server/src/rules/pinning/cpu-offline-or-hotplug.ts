import { defineRule } from '../define.ts';
import { cpuLists, replaceCpus } from './hostCpus.ts';
import { nameHostCpus } from './wording.ts';

export default defineRule({
  name: 'cpu-offline-or-hotplug',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'pinning',
  severity: 'information',
  summary: 'A thread is to run on a host CPU that is switched off.',
  sources: [{ title: 'Linux: CPU hotplug', ref: 'Documentation/core-api/cpu_hotplug.rst' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    for (const list of cpuLists(guest)) {
      const off = list.cpus.value.intersect(host.offlineCpus);
      if (off.isEmpty) continue;
      const rest = list.cpus.value.intersect(host.cpus);
      const several = off.size > 1;
      report({
        message:
          `${nameHostCpus(off).replace('host', 'Host')} ${several ? 'were' : 'was'} switched off when the profile was made. ` +
          `While ${several ? 'they are' : 'it is'}, nothing runs there, and the guest may not start.`,
        at: list.cpus.span,
        about: list.about,
        fixes: replaceCpus(list, rest, `Keep ${nameHostCpus(rest)}`),
      });
    }
  },
});
