import { attribute, child } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { word, writeAttribute } from '../refusal.ts';

export default defineRule({
  name: 'placement-auto-with-pins',
  reads: 'libvirt',
  concerns: ['vcpupin'],
  topic: 'pinning',
  severity: 'warning',
  summary: 'numad is to place a guest whose vCPUs are pinned by hand.',
  sources: [{ title: 'libvirt: vcpu placement=', ref: 'docs/formatdomain.rst: CPU Allocation' }],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const vcpu = child(domain, 'vcpu');
    const placement = vcpu && attribute(vcpu, 'placement')?.value;
    const pin = guest.threads.vcpuPins.items[0];
    if (!vcpu || !placement || word(vcpu, 'placement') !== 'auto' || !pin) return;
    report({
      message:
        "placement='auto' lets numad choose the host node, and its choice holds for the memory and for threads without a pin: the " +
        'pinned vCPUs stay where they are, perhaps on another node than their memory.',
      at: spanOf(guest.label.uri, placement),
      about: vcpu,
      related: [{ span: pin.label, message: 'Pinned by hand.' }],
      fixes: [writeAttribute(vcpu, 'placement', 'static', "Place it by hand: placement='static'")],
    });
  },
});
