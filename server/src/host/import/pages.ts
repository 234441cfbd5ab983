import type { NodeFacts } from '../facts.ts';
import type { Document } from './document.ts';

export interface PagePool {
  readonly sizeKiB: number;
  readonly total: number;
}

/**
 * The huge pages among all pools of a node. Pages of the smallest size are no huge pages: their number is whatever
 * memory is in no other pool. Undefined where the node lists no pools, or more than its memory can hold.
 */
export function hugePagesOf(
  document: Document,
  at: number,
  pools: readonly PagePool[],
  memoryMiB: number | undefined,
): NodeFacts['hugePages'] {
  if (pools.length === 0) return undefined;
  const smallest = Math.min(...pools.map(({ sizeKiB }) => sizeKiB));
  const huge = pools.filter(({ sizeKiB }) => sizeKiB > smallest);
  const reservedMiB = huge.reduce((sum, { sizeKiB, total }) => sum + (sizeKiB / 1024) * total, 0);
  // The memory was rounded down.
  if (memoryMiB !== undefined && reservedMiB >= memoryMiB + 1) {
    document.note(
      at,
      `Huge pages of ${Math.round(reservedMiB)} MiB are more than the ${memoryMiB} MiB of their node: they are left out.`,
    );
    return undefined;
  }
  return huge.map(({ sizeKiB, total }) => ({ sizeKiB, total }));
}
