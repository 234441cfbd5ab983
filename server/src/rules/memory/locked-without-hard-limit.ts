import { memoryBackingParts } from '../../dialects/libvirt/lower/memoryBacking.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { child } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'locked-without-hard-limit',
  reads: 'libvirt',
  concerns: ['locked'],
  topic: 'memory',
  severity: 'warning',
  summary: 'All memory of the guest is locked, and nothing limits how much that may be.',
  sources: [
    { title: 'libvirt: locked', ref: 'docs/formatdomain.rst: Memory Backing' },
    {
      title: 'libvirt: the limit of locked memory',
      ref: 'src/qemu/qemu_domain.c: qemuDomainGetMemLockLimitBytes',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const locked = memoryBackingParts(domain, 'locked')[0];
    const memtune = child(domain, 'memtune');
    if (!locked || mayGainChildren(memtune ?? domain) || (memtune && child(memtune, 'hard_limit'))) return;
    report({
      message:
        'Everything that QEMU allocates is locked, its own memory too, and no <hard_limit> says how much that may be: what it takes ' +
        'too much cannot be swapped, and the host runs out of memory.',
      at: spanOf(guest.label.uri, locked.name),
      about: locked,
    });
  },
});
