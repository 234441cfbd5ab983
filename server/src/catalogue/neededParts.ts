/**
 * What libvirt's parser wants although the schema lets it be left out (src/conf/domain_conf.c, src/conf/domain_validate.c).
 * Of parts that the schema wants too, what the parser says is in the table of its strictness.
 */
export interface NeededPart {
  /** From the domain: `cputune/vcpusched`. */
  readonly path: string;
  /** An attribute. */
  readonly part: string;
  /** Another attribute of the element with the values at which it is wanted; always, where there is none. */
  readonly where?: { readonly name: string; readonly values: readonly string[] };
  /** What libvirt says. */
  readonly words: string;
}

const reconnect = (path: string): NeededPart => ({
  path: `${path}/reconnect`,
  part: 'timeout',
  where: { name: 'enabled', values: ['yes'] },
  words: "Missing required attribute 'timeout' in element 'reconnect'",
});

export const NEEDED_PARTS: readonly NeededPart[] = [
  { path: 'cputune/vcpusched', part: 'vcpus', words: "Missing attribute 'vcpus' in element 'vcpusched'" },
  {
    path: 'cputune/iothreadsched',
    part: 'iothreads',
    words: "Missing attribute 'iothreads' in element 'iothreadsched'",
  },
  {
    path: 'features/hyperv/spinlocks',
    part: 'retries',
    where: { name: 'state', values: ['on'] },
    words: "Missing required attribute 'retries' in element 'spinlocks'",
  },
  {
    path: 'features/hyperv/vendor_id',
    part: 'value',
    where: { name: 'state', values: ['on'] },
    words: "missing 'value' attribute for HyperV feature 'vendor_id'",
  },
  {
    path: 'devices/memory/address',
    part: 'slot',
    where: { name: 'type', values: ['dimm'] },
    words: "Missing required attribute 'slot' in element 'address'",
  },
  {
    path: 'devices/disk/source/reservations',
    part: 'managed',
    words: "Missing required attribute 'managed' in element 'reservations'",
  },
  ...['disk', 'channel', 'redirdev', 'smartcard', 'serial', 'console'].map((device) =>
    reconnect(`devices/${device}/source`),
  ),
  reconnect('devices/rng/backend/source'),
];
