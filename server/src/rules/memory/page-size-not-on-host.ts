import type { Guest } from '../../guest/guest.ts';
import type { Backing } from '../../guest/memory.ts';
import { effective, isKnown } from '../../guest/value.ts';
import type { Host } from '../../host/host.ts';
import type { Span } from '../../text/span.ts';
import { type Bytes, formatBytes, KiB, qemuSize } from '../../values/byteSize.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'page-size-not-on-host',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'memory',
  severity: 'error',
  summary: 'Guest memory is to be made of huge pages that the host does not have, or has not mounted.',
  explains: ['hugepages-insufficient-on-node'],
  sources: [
    {
      title: 'libvirt: Unable to find any usable hugetlbfs mount',
      ref: 'src/qemu/qemu_conf.c: qemuGetDomainHupageMemPath',
    },
    { title: 'QEMU: failed to create memfd', ref: 'util/memfd.c: qemu_memfd_create' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    for (const backing of guest.memory.backings.items) {
      if (effective(backing.huge) !== true) continue;
      const found = faultOf(guest, backing, host);
      if (!found) continue;
      report({ message: found.message, at: found.at, about: backing, fixes: fixesFor(guest, backing, host) });
    }
  },
});

function faultOf(
  { dialect }: Guest,
  { pageSize, huge }: Backing,
  { profile }: Host,
): { message: string; at: Span } | undefined {
  const sizes = profile.pageSizesKiB?.map((size) => BigInt(size) * KiB);
  const mounts = profile.hugetlbfs;
  if (isKnown(pageSize)) {
    const size = pageSize.value;
    const refusal =
      dialect === 'qemu'
        ? 'QEMU stops with "failed to create memfd"'
        : `libvirt does not start the guest: "Unable to find any usable hugetlbfs mount for ${size / KiB} KiB"`;
    const at = pageSize.span;
    if (sizes && !sizes.includes(size)) {
      const huger = sizes.filter((each) => each > sizes[0]!).map(formatBytes);
      return {
        message: `The host has no pages of ${formatBytes(size)}, but of ${huger.join(', ')}: ${refusal}.`,
        at,
      };
    }
    const isMounted = mounts?.some(
      ({ pageSizeKiB }) => pageSizeKiB === undefined || BigInt(pageSizeKiB) * KiB === size,
    );
    if (dialect === 'qemu' || !mounts || isMounted) return undefined;
    return {
      message: `No hugetlbfs with pages of ${formatBytes(size)} is mounted on the host: ${refusal}.`,
      at,
    };
  }
  if (pageSize.state === 'unknown' || dialect === 'qemu' || mounts?.length !== 0 || !isKnown(huge))
    return undefined;
  return {
    message:
      'No hugetlbfs is mounted on the host: libvirt does not start the guest: "hugetlbfs filesystem is not mounted or ' +
      'disabled by administrator config".',
    at: huge.span,
  };
}

/** The sizes that the host has reserved pages of, or could. Only QEMU writes number and unit in one place. */
function fixesFor({ dialect }: Guest, { pageSize, size }: Backing, { profile }: Host): Fix[] {
  if (dialect !== 'qemu' || !isKnown(pageSize) || !pageSize.slot) return [];
  const [ordinary, ...huge] = (profile.pageSizesKiB ?? []).map((each): Bytes => BigInt(each) * KiB);
  const whole = effective(size);
  return huge
    .filter((each) => ordinary !== undefined && (whole === undefined || whole % each === 0n))
    .map((each) => ({
      title: `Take pages of ${formatBytes(each)}`,
      applicability: 'suggestion',
      changes: [{ op: 'replace', value: pageSize, text: qemuSize(each) }],
    }));
}
