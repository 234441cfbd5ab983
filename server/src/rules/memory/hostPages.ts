import type { Backing } from '../../guest/memory.ts';
import { isKnown } from '../../guest/value.ts';
import type { Host } from '../../host/host.ts';
import { type Bytes, KiB } from '../../values/byteSize.ts';

type Mount = NonNullable<Host['profile']['hugetlbfs']>[number];

/** The mount of huge pages that a path of the host is in; undefined where there is none or none are told. */
export const mountOf = (path: string, { profile }: Host): Mount | undefined =>
  profile.hugetlbfs?.find((mount) => path === mount.path || path.startsWith(`${mount.path}/`));

const sizeOf = (mount: Mount | undefined): Bytes | undefined =>
  mount?.pageSizeKiB === undefined ? undefined : BigInt(mount.pageSizeKiB) * KiB;

/** The page size of a backing of huge pages on a host; undefined where it cannot be told. */
export function hugePageOf({ pageSize, path, type }: Backing, host: Host): Bytes | undefined {
  if (isKnown(pageSize)) return pageSize.value;
  if (pageSize.state === 'unknown') return undefined;
  if (isKnown(path)) return pageSizeAt(path.value, host);
  // libvirt takes the default size, and only one that is mounted.
  const mounts = host.profile.hugetlbfs;
  return type.state === 'absent' && mounts?.length === 1 ? sizeOf(mounts[0]) : undefined;
}

export const pageSizeAt = (path: string, host: Host): Bytes | undefined => sizeOf(mountOf(path, host));

/**
 * What a node has for memory of one kind: its reserved huge pages of a size, or all that is not set aside as huge
 * pages. Undefined where the profile does not tell.
 */
export function roomOn(host: Host, id: number, page: Bytes | undefined): Bytes | undefined {
  const node = host.node(id);
  if (page === undefined) return node?.memory === undefined ? undefined : node.memory - reservedOn(host, id);
  const count = node?.hugePages?.get(page);
  return count === undefined ? undefined : BigInt(count) * page;
}

/** What is set aside as huge pages. */
export const reservedOn = (host: Host, id: number): Bytes =>
  [...(host.node(id)?.hugePages ?? [])].reduce((sum, [size, count]) => sum + size * BigInt(count), 0n);
