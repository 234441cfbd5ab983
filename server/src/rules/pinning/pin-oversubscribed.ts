import type { Guest } from '../../guest/guest.ts';
import { effective } from '../../guest/value.ts';
import type { Host } from '../../host/host.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { freeCpus, type KnownPin, knownPins, replaceCpus } from './hostCpus.ts';
import { nameHostCpus, nameVcpus } from './wording.ts';

export default defineRule({
  name: 'pin-oversubscribed',
  reads: 'guest',
  only: 'libvirt',
  needs: 'host-profile',
  topic: 'pinning',
  severity: 'warning',
  summary: 'More vCPUs are pinned to some host CPUs than these are.',
  sources: [{ title: 'libvirt: CPU Tuning', ref: 'docs/formatdomain.rst: cputune, vcpupin' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    const count = effective(guest.topology.maxVcpus) ?? effective(guest.topology.vcpus);
    if (count === undefined) return;
    const pins = knownPins(guest).filter(({ vcpu }) => vcpu.value < count);
    let moved = 0;
    for (const { cpus, sharing } of crowded(pins, host)) {
      const last = sharing.at(-1)!;
      const vcpus = IndexSet.from(sharing.map(({ vcpu }) => vcpu.value));
      const one = cpus.size === 1;
      report({
        message:
          `${nameVcpus(vcpus)} are pinned to ${nameHostCpus(cpus)}${one ? '' : `, which are ${cpus.size}`}: ` +
          'while one of them runs, another one waits that the guest takes for running.',
        at: last.cpus.span,
        about: sharing,
        related: sharing.slice(0, -1).map((pin) => ({
          span: pin.cpus.span,
          message: `${nameVcpus(IndexSet.from([pin.vcpu.value]))} is here.`,
        })),
        fixes: one ? spread(guest, host, last, moved++) : [],
      });
    }
  },
});

/** Sets of CPUs that are fewer than the vCPUs that may run nowhere else, the smallest ones first. */
function crowded(pins: readonly KnownPin[], host: Host): { cpus: IndexSet; sharing: KnownPin[] }[] {
  const sets = [...new Map(pins.map(({ cpus }) => [cpus.value.toString(), cpus.value])).values()];
  const found: { cpus: IndexSet; sharing: KnownPin[] }[] = [];
  for (const cpus of sets.sort((a, b) => a.size - b.size)) {
    if (!cpus.subtract(host.cpus).isEmpty || cpus.isEmpty) continue;
    if (found.some((smaller) => smaller.cpus.subtract(cpus).isEmpty)) continue;
    const sharing = pins.filter((pin) => pin.cpus.value.subtract(cpus).isEmpty);
    if (sharing.length > cpus.size) found.push({ cpus, sharing });
  }
  return found;
}

function spread(guest: Guest, host: Host, pin: KnownPin, turn: number): Fix[] {
  const cpus = IndexSet.from(freeCpus(guest, host).slice(turn, turn + 1));
  return replaceCpus(pin, cpus, `Pin vCPU ${pin.vcpu.value} to ${nameHostCpus(cpus)}`);
}
