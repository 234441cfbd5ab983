import type { Host } from '../../host/host.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix, type GuestContext, type Severity } from '../define.ts';
import { type CpuList, cpuLists, freeCpus, replaceCpus } from './hostCpus.ts';
import { nameHostCpus } from './wording.ts';

export default defineRule({
  name: 'pin-cpu-absent',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'pinning',
  severity: 'error',
  summary: 'A thread is to run on a host CPU that the host does not have.',
  sources: [
    { title: 'libvirt: CPUs of a thread', ref: 'src/qemu/qemu_process.c: qemuProcessSetupPid' },
    { title: 'Linux: sched_setaffinity', ref: 'man 2 sched_setaffinity: EINVAL' },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, host, report } = context;
    let hopeless = 0;
    for (const list of cpuLists(guest)) {
      const missing = list.cpus.value.subtract(host.cpus).subtract(host.offlineCpus);
      if (missing.isEmpty) continue;
      const rest = list.cpus.value.intersect(host.cpus);
      report({
        ...consequenceFor(guest.dialect, missing, rest, host),
        at: list.cpus.span,
        about: list.about,
        fixes: fixesFor(context, list, rest, rest.isEmpty ? hopeless++ : 0),
      });
    }
  },
});

function consequenceFor(
  dialect: 'qemu' | 'libvirt',
  missing: IndexSet,
  rest: IndexSet,
  host: Host,
): { severity: Severity; message: string } {
  const fact = `The host has no ${nameHostCpus(missing).replace('host ', '')}: its last one is ${host.cpus.max}.`;
  if (dialect === 'libvirt') {
    return {
      severity: 'error',
      message: `${fact} libvirt cannot write this to cpuset.cpus, and the guest does not start.`,
    };
  }
  if (rest.isEmpty) {
    return { severity: 'error', message: `${fact} QEMU is not even started: "Invalid argument".` };
  }
  return {
    severity: 'warning',
    message: `${fact} taskset keeps QEMU on ${nameHostCpus(rest)} and says nothing; numactl refuses the list.`,
  };
}

/** What is left of the list, else another CPU: the next free one for each vCPU, all for whoever shares. */
function fixesFor(
  { guest, host }: GuestContext & { readonly host: Host },
  list: CpuList,
  rest: IndexSet,
  turn: number,
): Fix[] {
  if (!rest.isEmpty) return replaceCpus(list, rest, `Keep ${nameHostCpus(rest)}`);
  const free = freeCpus(guest, host);
  const to = list.vcpu === undefined ? free : free.slice(turn, turn + 1);
  const cpus = IndexSet.from(to);
  return replaceCpus(list, cpus, `Take ${nameHostCpus(cpus)}`);
}
