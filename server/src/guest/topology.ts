import type { Value } from './value.ts';

/** The vCPUs and how they are grouped, as written. */
export interface Topology {
  /** vCPUs present at start. */
  readonly vcpus: Value<number>;
  /** vCPUs there can ever be; its default is `vcpus`. */
  readonly maxVcpus: Value<number>;
  readonly sockets: Value<number>;
  readonly dies: Value<number>;
  readonly clusters: Value<number>;
  readonly cores: Value<number>;
  readonly threads: Value<number>;
}
