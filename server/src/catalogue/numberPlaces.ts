/**
 * Where libvirt reads a number, a size or a list of numbers, and what it says of a text that is none (src/util/virxml.c,
 * src/conf/domain_conf.c, numa_conf.c and cpu_conf.c). `{text}` stands for what is written.
 */
export interface NumberPlace {
  /** From the domain: `cpu/numa/cell@memory`, the text of an element or an attribute. */
  readonly path: string;
  readonly kind: 'number' | 'size' | 'list';
  readonly refusal: string;
  /** A list that has to name something. */
  readonly named?: true;
  /** A number that may be below zero, of 31 bits. */
  readonly signed?: true;
  /** A number of 63 or 64 bits, not of 31 or 32. */
  readonly wide?: true;
  /** A number that may be hexadecimal, behind 0x. */
  readonly hexadecimal?: true;
  /** A number in an attribute that counts as not written where it is empty. */
  readonly emptyIsNone?: true;
}

const LIST = "Failed to parse bitmap '{text}'";

const attributeNumber = (path: string): NumberPlace => {
  const [elements, name] = path.split('@');
  const element = elements!.split('/').at(-1);
  const refusal = `Invalid value for attribute '${name}' in element '${element}': '{text}'. Expected non-negative integer value`;
  return { path, kind: 'number', refusal };
};

const list = (path: string): NumberPlace => ({ path, kind: 'list', refusal: LIST });

const cputuneRefusal = (name: string): string => `can't parse cputune ${name.replace('_', ' ')} value`;

const size = (path: string, named: string): NumberPlace => ({
  path,
  kind: 'size',
  refusal: `Invalid value '{text}' for element or attribute './${named}'`,
});

/** Made when the first domain is read. */
export const numberPlaces = (): readonly NumberPlace[] => [
  ...[
    'memory',
    'currentMemory',
    'maxMemory',
    'memtune/hard_limit',
    'memtune/soft_limit',
    'memtune/swap_hard_limit',
  ].map((path) => size(path, `${path}[1]`)),
  size('cpu/numa/cell@memory', '@memory'),
  size('memoryBacking/hugepages/page@size', '@size'),
  { path: 'vcpu', kind: 'number', refusal: 'maximum vcpus count must be an integer' },
  { path: 'iothreads', kind: 'number', refusal: "invalid iothreads count '{text}'" },
  {
    path: 'memoryBacking/allocation@threads',
    kind: 'number',
    refusal: 'Failed to parse memory allocation threads',
    emptyIsNone: true,
  },
  {
    path: 'devices/video/model@heads',
    kind: 'number',
    refusal: "cannot parse video heads '{text}'",
    emptyIsNone: true,
  },
  ...['bytes', 'period'].map(
    (name): NumberPlace => ({
      path: `devices/rng/rate@${name}`,
      kind: 'number',
      refusal: `invalid RNG rate ${name} value`,
      emptyIsNone: true,
    }),
  ),
  ...['console', 'serial', 'parallel'].map(
    (device): NumberPlace => ({
      path: `devices/${device}/target@port`,
      kind: 'number',
      refusal: 'Invalid port number: {text}',
      signed: true,
    }),
  ),
  {
    path: 'devices/memballoon/stats@period',
    kind: 'number',
    refusal: "Invalid value for attribute 'period' in element 'stats': '{text}'. Expected integer value",
    signed: true,
    hexadecimal: true,
  },
  { path: 'cputune/shares', kind: 'number', refusal: "can't parse cputune shares value" },
  ...['period', 'global_period', 'emulator_period', 'iothread_period'].map(
    (name): NumberPlace => ({ path: `cputune/${name}`, kind: 'number', refusal: cputuneRefusal(name) }),
  ),
  ...['quota', 'global_quota', 'emulator_quota', 'iothread_quota'].map(
    (name): NumberPlace => ({
      path: `cputune/${name}`,
      kind: 'number',
      refusal: cputuneRefusal(name),
      signed: true,
      wide: true,
    }),
  ),
  ...['ram', 'vram', 'vram64', 'vgamem'].map(
    (name): NumberPlace => ({
      path: `devices/video/model@${name}`,
      kind: 'number',
      refusal: `cannot parse video ${name} '{text}'`,
      emptyIsNone: true,
    }),
  ),
  {
    path: 'blkiotune/device/weight',
    kind: 'number',
    refusal: 'could not parse weight {text}',
    signed: true,
    wide: true,
  },
  ...['inbound', 'outbound'].flatMap((limit) =>
    ['peak', 'burst'].map(
      (name): NumberPlace => ({
        path: `devices/interface/bandwidth/${limit}@${name}`,
        kind: 'number',
        refusal: `could not convert bandwidth ${name} value '{text}'`,
        wide: true,
      }),
    ),
  ),
  { path: 'devices/controller/target/node', kind: 'number', refusal: 'invalid NUMA node in target' },
  ...[
    'vcpu@current',
    'cpu/topology@sockets',
    'cpu/topology@dies',
    'cpu/topology@cores',
    'cpu/topology@threads',
    'cpu/numa/cell@id',
    'cpu/numa/cell/distances/sibling@id',
    'cpu/numa/cell/distances/sibling@value',
    'cputune/vcpupin@vcpu',
    'cputune/iothreadpin@iothread',
    'cputune/memorytune/node@bandwidth',
    'devices/controller@index',
    'devices/controller/master@startport',
    'devices/channel/address@port',
    'devices/channel/target@port',
    'devices/disk/blockio@logical_block_size',
    'devices/disk/blockio@physical_block_size',
    'devices/disk/boot@order',
    'devices/disk/driver@queues',
    'devices/disk/driver@queue_size',
    'devices/disk/geometry@cyls',
    'devices/disk/geometry@heads',
    'devices/disk/geometry@secs',
    'devices/disk/target@rotation_rate',
    'devices/interface/driver@queues',
    'devices/interface/driver@rx_queue_size',
    'devices/interface/driver@tx_queue_size',
    'devices/redirdev/boot@order',
    'devices/interface/boot@order',
    'devices/hostdev/boot@order',
  ].map(attributeNumber),
  ...[
    'vcpu@cpuset',
    'cpu/numa/cell@cpus',
    'cputune/vcpupin@cpuset',
    'cputune/emulatorpin@cpuset',
    'cputune/iothreadpin@cpuset',
    'cputune/vcpusched@vcpus',
    'cputune/iothreadsched@iothreads',
    'numatune/memory@nodeset',
    'numatune/memnode@nodeset',
    'devices/memory/source/nodemask',
  ].map(list),
  { ...list('cputune/cachetune@vcpus'), refusal: "Invalid cachetune attribute 'vcpus' value '{text}'" },
  { ...list('memoryBacking/hugepages/page@nodeset'), named: true },
];
