import { dieOf, layoutOf } from '../../guest/layout.ts';
import type { Host } from '../../host/host.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type GuestContext } from '../define.ts';
import { type Chosen, chosenCpus } from './cpuKinds.ts';
import { replaceCpus } from './hostCpus.ts';
import { nameHostCpus, nameVcpus } from './wording.ts';

type Context = GuestContext & { readonly host: Host };

export default defineRule({
  name: 'l3-domain-split',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'pinning',
  severity: 'hint',
  summary: 'vCPUs that share a cache for the guest are pinned to host CPUs that share none.',
  sources: [
    { title: 'Linux: shared_cpu_list of a cache', ref: 'Documentation/ABI/testing/sysfs-devices-system-cpu' },
    { title: 'QEMU: caches of a die', ref: 'docs/system/i386: cpu topology, -smp dies=' },
  ],
  since: '0.1.0',
  check(context) {
    const chosen = chosenCpus(context.guest);
    if (!chosen) return;
    if (chosen.list) checkList(context, chosen);
    else checkPins(context, chosen);
  },
});

/** CPUs by their last cache; undefined where one is not told, or where there are several nodes, which is another matter. */
function byCache(cpus: IndexSet, host: Host): IndexSet[] | undefined {
  if (host.nodesOfCpus(cpus).size !== 1) return undefined;
  const caches = new Map<number, number[]>();
  for (const cpu of cpus.intersect(host.cpus)) {
    const l3 = host.cpu(cpu)?.l3;
    if (l3 === undefined) return undefined;
    caches.set(l3, [...(caches.get(l3) ?? []), cpu]);
  }
  return [...caches.values()].map((own) => IndexSet.from(own));
}

/** A list for all: only where one cache has CPUs for all vCPUs. */
function checkList({ host, report }: Context, { list, cpus, vcpus }: Chosen): void {
  const caches = byCache(cpus, host) ?? [];
  const enough = caches.find((own) => own.size >= vcpus);
  if (!list || caches.length < 2 || !enough) return;
  report({
    message:
      `${nameHostCpus(cpus).replace('host', 'Host')} have ${caches.length} last-level caches, and the CPUs of one are enough for ` +
      `${vcpus === 1 ? 'the one vCPU' : `the ${vcpus} vCPUs`}: threads that are moved from one to another leave their data behind.`,
    at: list.cpus.span,
    about: list.about,
    fixes: replaceCpus(list, enough, `Keep ${nameHostCpus(enough)}`),
  });
}

function checkPins({ guest, host, target, report }: Context, { pins }: Chosen): void {
  const smp = layoutOf(guest, target);
  if (!smp) return;
  const dies = new Map<number, typeof pins>();
  for (const pin of pins) {
    const die = dieOf(smp, pin.vcpu.value);
    dies.set(die, [...(dies.get(die) ?? []), pin]);
  }
  for (const own of dies.values()) {
    const cpus = IndexSet.unionOf(own.map((pin) => pin.cpus.value));
    const caches = byCache(cpus, host) ?? [];
    if (caches.length < 2) continue;
    const odd = own.find((pin) => !pin.cpus.value.subtract(caches[0]!).isEmpty)!;
    report({
      message:
        `${nameVcpus(IndexSet.from(own.map(({ vcpu }) => vcpu.value)))} share a last-level cache for the guest, and their host ` +
        `CPUs have ${caches.length} (${caches.join(' and ')}): what one of them writes is farther for the others than it seems. ` +
        `With as many dies in its topology the guest would know.`,
      at: odd.cpus.span,
      about: own,
    });
  }
}
