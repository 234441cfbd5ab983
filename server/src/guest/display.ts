import type { Entity } from './entity.ts';
import type { Value } from './value.ts';

/** A server on the host that shows the guest's screen to whoever connects, and takes keys and clicks from there. */
export interface Display extends Entity {
  readonly kind: 'display';
  readonly protocol: 'vnc' | 'spice';
  /** Of the host, to wait on; '' is every one that it has. Its default is that where the dialect says so. */
  readonly address: Value<string>;
  /** Whether a client must prove who it is, as far as the document says. */
  readonly guarded: Value<boolean>;
}
