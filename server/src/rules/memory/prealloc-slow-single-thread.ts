import type { Guest } from '../../guest/guest.ts';
import type { Backing } from '../../guest/memory.ts';
import { effective, isKnown, placeOf } from '../../guest/value.ts';
import { type Bytes, formatBytes, GiB } from '../../values/byteSize.ts';
import { defineRule } from '../define.ts';

/** Below it does not take long enough to be noticed. */
const MUCH: Bytes = 32n * GiB;

export default defineRule({
  name: 'prealloc-slow-single-thread',
  reads: 'guest',
  topic: 'memory',
  severity: 'hint',
  summary: 'One thread allocates a lot of memory before the guest starts.',
  sources: [
    { title: 'QEMU: prealloc-threads (default: 1)', ref: 'qapi/qom.json: MemoryBackendProperties' },
    { title: 'libvirt: <allocation threads=>', ref: 'docs/formatdomain.rst: Memory Backing' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const slow = guest.memory.backings.items.filter(
      (backing) => isAllocated(guest, backing) && effective(backing.allocators) === 1,
    );
    const sizes = slow.map((backing) => sizeIn(guest, backing));
    const total = sizes.reduce<Bytes>((sum, size) => sum + (size ?? 0n), 0n);
    const first = slow.find((_, i) => sizes[i] !== undefined);
    if (!first || total < MUCH) return;
    const { at, cure } =
      guest.dialect === 'qemu'
        ? { at: placeOf(first.type), cure: 'prealloc-threads= asks for more' }
        : { at: placeOf(first.huge), cure: "<allocation threads='8'/> asks for more" };
    report({
      message:
        `${formatBytes(total)} are allocated and cleared before the guest starts, by one thread for each piece, which takes ` +
        `a second for every few GiB: ${cure}.`,
      at,
      about: first,
    });
  },
});

/** libvirt allocates huge pages at the start. */
const isAllocated = (guest: Guest, { prealloc, huge }: Backing): boolean =>
  guest.dialect === 'qemu' ? effective(prealloc) === true : isKnown(huge) && huge.value;

const sizeIn = ({ dialect, memory }: Guest, backing: Backing): Bytes | undefined =>
  effective(backing.size) ?? (dialect === 'libvirt' ? effective(memory.size) : undefined);
