import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import { isKnown } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { nameVcpus } from './wording.ts';

export default defineRule({
  name: 'vcpupin-unknown-vcpu',
  reads: 'guest',
  only: 'libvirt',
  topic: 'pinning',
  severity: 'warning',
  summary: 'A vCPU is pinned that the guest does not have.',
  explains: ['vcpu-partially-pinned'],
  sources: [
    {
      title: 'libvirt: Ignoring vcpupin for missing vcpus',
      ref: 'src/conf/domain_conf.c: virDomainVcpuPinDefParseXML',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const { maxVcpus } = guest.topology;
    // Without <vcpu> it is a piece of a domain, rather than a domain with one vCPU.
    if (!isKnown(maxVcpus) || maxVcpus.value === 0) return;
    const count = maxVcpus.value;
    for (const pin of guest.threads.vcpuPins.items) {
      if (!isKnown(pin.vcpu) || pin.vcpu.value < count) continue;
      const has = count === 1 ? 'only vCPU 0' : nameVcpus(IndexSet.first(count));
      report({
        message: `vCPU ${pin.vcpu.value} is pinned, but the guest has ${has}: libvirt drops this pin silently.`,
        at: pin.vcpu.span,
        about: pin,
        fixes: [
          ...countFromZero(guest, count),
          {
            title: 'Remove the pin',
            applicability: 'suggestion',
            changes: [{ op: 'remove', entity: pin }],
          },
        ],
      });
    }
  },
});

/** Pins of vCPU 1 to N in a guest with N of them were counted from one. */
function countFromZero(guest: Guest, count: number): Fix[] {
  const pins = complete(guest.threads.vcpuPins) ?? [];
  const vcpus = pins.map(({ vcpu }) => vcpu).filter(isKnown);
  const pinned = IndexSet.from(vcpus.map(({ value }) => value));
  if (vcpus.length !== count || !pinned.equals(IndexSet.between(1, count))) return [];
  return [
    {
      title: 'Count the vCPUs from 0',
      applicability: 'suggestion',
      changes: vcpus.map((value) => ({ op: 'replace', value, text: String(value.value - 1) })),
    },
  ];
}
