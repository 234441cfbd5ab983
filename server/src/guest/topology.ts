import type { Span } from '../text/span.ts';
import type { Value } from './value.ts';

/** What vCPUs are grouped into, from the largest to the smallest (QEMU qapi/machine.json: SMPConfiguration). */
export const LEVELS = [
  'drawers',
  'books',
  'sockets',
  'dies',
  'clusters',
  'modules',
  'cores',
  'threads',
] as const;

export type Level = (typeof LEVELS)[number];

/** The vCPUs and how they are grouped, as written. See layoutOf() for what becomes of it. */
export interface Topology extends Readonly<Record<Level, Value<number>>> {
  /** vCPUs present at start. */
  readonly vcpus: Value<number>;
  /** vCPUs there can ever be; its default is `vcpus`. */
  readonly maxVcpus: Value<number>;
  /** Where a level stands with its name: `sockets=1`, the name of the attribute. */
  readonly labels: Readonly<Partial<Record<Level, Span>>>;
}
