import { Reader, readSize } from '../../dialects/libvirt/values.ts';
import { isX86 } from '../../guest/machine.ts';
import { effective, isKnown, type Value } from '../../guest/value.ts';
import { type Bytes, formatBytes, GiB, KiB, MiB } from '../../values/byteSize.ts';
import { defineRule } from '../define.ts';
import { at, devicesOf } from '../refusal.ts';

/** Of x86: ordinary ones, and huge ones with and without wide page tables. */
const SIZES: ReadonlySet<bigint> = new Set([4n * KiB, 2n * MiB, 4n * MiB, GiB]);

export default defineRule({
  name: 'page-size-impossible',
  reads: 'libvirt',
  topic: 'memory',
  severity: 'error',
  summary: 'Guest memory is to be made of pages of a size that no x86 host has.',
  sources: [
    {
      title: 'libvirt: Unable to find any usable hugetlbfs mount',
      ref: 'src/qemu/qemu_conf.c: qemuGetDomainHupageMemPath',
    },
    { title: 'Linux: page sizes of x86', ref: 'arch/x86/mm/hugetlbpage.c' },
  ],
  since: '0.1.0',
  check({ domain, guest, host, report }) {
    // Of a host that is known page-size-not-on-host says more.
    if (host) return;
    if (!isX86(guest.machine)) return;
    for (const backing of guest.memory.backings.items) {
      const { pageSize } = backing;
      if (effective(backing.huge) === true) check(pageSize, backing);
    }
    const reader = new Reader(guest.label.uri);
    for (const device of devicesOf(domain, 'memory')) {
      const element = at(device, 'source/pagesize');
      const unit = reader.attribute(element, 'unit', device);
      if (element) check(readSize(reader.text(element, device), unit), device);
    }

    function check(pageSize: Value<Bytes>, about: object): void {
      // Of none at all hugepage-sizes-mixed speaks.
      if (!isKnown(pageSize) || pageSize.value === 0n || SIZES.has(pageSize.value)) return;
      report({
        message:
          `An x86 host has huge pages of 2 MiB and 1 GiB, and none of ${formatBytes(pageSize.value)}: libvirt does not start the ` +
          `guest: "Unable to find any usable hugetlbfs mount for ${(pageSize.value + KiB - 1n) / KiB} KiB".`,
        at: pageSize.span,
        about,
      });
    }
  },
});
