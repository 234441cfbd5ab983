import { complete } from '../../guest/collection.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { removeAttribute } from '../refusal.ts';
import { nameHostCpus } from './wording.ts';

export default defineRule({
  name: 'vcpu-cpuset-overridden',
  reads: 'libvirt',
  concerns: ['vcpupin'],
  topic: 'pinning',
  severity: 'information',
  summary: 'The host CPUs for all threads count for none, since every thread has CPUs of its own.',
  sources: [{ title: 'libvirt: vcpu cpuset=', ref: 'docs/formatdomain.rst: CPU Allocation, CPU Tuning' }],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const { threads, topology } = guest;
    const vcpu = child(domain, 'vcpu');
    const written = vcpu && attribute(vcpu, 'cpuset')?.value;
    const pins = complete(threads.vcpuPins);
    const count = effective(topology.maxVcpus) ?? effective(topology.vcpus);
    if (!vcpu || !written || !isKnown(threads.cpus) || !pins || count === undefined) return;
    const pinned = IndexSet.from(pins.flatMap((pin) => (isKnown(pin.vcpu) ? [pin.vcpu.value] : [])));
    const all = IndexSet.first(count);
    if (all.isEmpty || !all.isWithin(pinned)) return;
    const used = pins.reduce(
      (union, { cpus }) => (isKnown(cpus) ? union.union(cpus.value) : union),
      IndexSet.empty,
    );
    const outside = used.subtract(threads.cpus.value);
    const emulator = isKnown(threads.emulatorCpus);
    // Where vCPUs stay within, the list still says where the other threads run.
    if (outside.isEmpty && !emulator) return;
    report({
      message: emulator
        ? 'Every vCPU is pinned, and so is the emulator: nothing of the guest runs where cpuset= says.'
        : `Every vCPU is pinned, also to ${nameHostCpus(outside)}, which cpuset= leaves out: only the emulator keeps to cpuset=.`,
      at: spanOf(guest.label.uri, written),
      about: threads.cpus,
      ...(emulator ? { fixes: [removeAttribute(vcpu, 'cpuset')] } : {}),
    });
  },
});
