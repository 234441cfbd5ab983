import { type Bytes, GiB, KiB, MiB, TiB } from '../../../values/byteSize.ts';

/** A size in the largest unit in which it is whole. */
export interface InUnit {
  readonly number: bigint;
  readonly unit: 'TiB' | 'GiB' | 'MiB' | 'KiB';
}

const UNITS = [
  [TiB, 'TiB'],
  [GiB, 'GiB'],
  [MiB, 'MiB'],
] as const;

/** @param bytes a multiple of 1024, which is what libvirt counts in */
export function largestUnit(bytes: Bytes): InUnit {
  const [scale, unit] = UNITS.find(([each]) => bytes % each === 0n) ?? [KiB, 'KiB' as const];
  return { number: bytes / scale, unit };
}
