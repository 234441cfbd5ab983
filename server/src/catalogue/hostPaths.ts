import { type Bytes, GiB, MiB } from '../values/byteSize.ts';

/**
 * What a path of the host most likely leads to: `hugetlbfs`; `memory` for tmpfs, devices and persistent memory;
 * `disk` for an ordinary file system; `temporary` for /tmp, which is a disk on some hosts and memory on others.
 */
export type PathKind = 'hugetlbfs' | 'memory' | 'disk' | 'temporary';

/** From the Filesystem Hierarchy Standard and the names that distributions mount hugetlbfs by. Undefined where a path may be anything. */
export function pathKind(path: string): PathKind | undefined {
  if (/huge/i.test(path)) return 'hugetlbfs';
  if (/^\/(dev|run|var\/run|sys)(\/|$)|pmem|dax|shm|tmpfs|ramdisk/i.test(path)) return 'memory';
  if (/^\/tmp(\/|$)/.test(path)) return 'temporary';
  if (/^\/(home|root|srv|opt|usr|etc|var)(\/|$)/.test(path) || !path.startsWith('/')) return 'disk';
  return undefined;
}

/** The page size in the name of a hugetlbfs mount: `/dev/hugepages-1048576kB`, `/mnt/huge_1GB`, `/dev/hugepages1G`. */
export function pageSizeIn(path: string): Bytes | undefined {
  if (pathKind(path) !== 'hugetlbfs') return undefined;
  if (/1048576|1024M|(^|\D)1G/i.test(path)) return GiB;
  if (/(^|\D)2048|(^|\D)2M/i.test(path)) return 2n * MiB;
  return undefined;
}
