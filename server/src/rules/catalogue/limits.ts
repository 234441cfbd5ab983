import type { Fact } from '../../catalogue/qemu.ts';
import { atLeast as reaches, type Version } from '../../guest/target.ts';
import {
  atLeast,
  atMost,
  BLOCK_SIZE,
  chars,
  hex,
  type Limit,
  type Limits,
  MIB,
  numberIn,
  powerOfTwo,
  size,
  when,
  within,
  word,
} from './limitReaders.ts';
import type { Misfit } from './values.ts';

const BELOW_4G: Limit = size(
  (bytes) => bytes >= 4_294_967_296n && bytes < 0xffff_ffff_ffff_ffffn,
  'is less than 4G',
  () => 'PCI resource reserve cap: mem-reserve must be less than 4G',
);

const NET_QUEUE = (key: string): Limit =>
  powerOfTwo(256, 1024, (text) => `Invalid ${key} (= ${text}), must be a power of 2`);

const THREADS = (key: string): Limit => atLeast(0, `${key} value must be in range [0, 9223372036854775807]`);

const USB_ID = (key: string): Limit => within(0, 0xffff, `${key} out of range`);

const OF_PORT: Limits = { 'mem-reserve': BELOW_4G, 'pref32-reserve': BELOW_4G };

const OF_INPUT: Limits = {
  usb_version: when(
    (value) => value !== 1 && value !== 2,
    'is 1 or 2',
    (text) => `Invalid usb version ${text} for usb hid device`,
  ),
};

/** hw/scsi/scsi-bus.c: scsi_qdev_realize; the buses with the most room, as many have less. */
const OF_SCSI_DISK: Limits = {
  'scsi-id': atMost(255, (text) => `bad scsi device id: ${text}`),
  lun: atMost(16_383, (text) => `bad scsi device lun: ${text}`),
};

/** By device, those of virtio without what they are plugged into. Each was asked of QEMU 7.2, 10.0 and 11.1. */
const OF_DEVICE: Readonly<Record<string, Limits>> = {
  'bochs-display': {
    vgamem: size(
      (bytes) => bytes < 4n * MIB,
      'is at least 4M',
      () => 'bochs-display: video memory too small',
    ),
  },
  'cirrus-vga': {
    vgamem_mb: when(
      (value) => ![4, 8, 16].includes(value),
      'is 4, 8 or 16',
      (text) => `Invalid cirrus_vga ram size '${text}'`,
    ),
  },
  'isa-serial': {
    index: when(
      (value) => value > 3 && value !== 0xffff_ffff,
      'is at most 3',
      () => 'Max. supported number of ISA serial ports is 4.',
    ),
  },
  nvdimm: {
    'label-size': size(
      (bytes) => bytes < 131_072n,
      'is at least 128K',
      (bytes) => `Property 'nvdimm.label-size' (${hex(bytes)}) is required at least 0x20000`,
    ),
  },
  nvme: {
    max_ioqpairs: within(1, 65_535, 'max_ioqpairs must be between 1 and 65535'),
    msix_qsize: within(1, 2048, 'msix_qsize must be between 1 and 2048'),
  },
  'nvme-ns': { nsid: atMost(256, () => 'invalid namespace id (must be between 0 and 256)') },
  'pcie-root-port': OF_PORT,
  'scsi-cd': OF_SCSI_DISK,
  'scsi-hd': OF_SCSI_DISK,
  'usb-host': { productid: USB_ID('productid'), vendorid: USB_ID('vendorid') },
  'usb-kbd': OF_INPUT,
  'usb-mouse': OF_INPUT,
  'usb-tablet': OF_INPUT,
  'vhost-user-blk': { 'queue-size': atLeast(1, 'queue size must be non-zero') },
  'vhost-user-fs': {
    'num-request-queues': atLeast(1, 'num-request-queues property must be larger than 0'),
    'queue-size': powerOfTwo(1, 1024, (text) =>
      Number(text) > 1024
        ? 'queue-size property must be 1024 or smaller'
        : 'queue-size property must be a power of 2',
    ),
    tag: chars(1, 36, (text) =>
      text === '' ? 'tag property cannot be empty' : 'tag property must be 36 bytes or less',
    ),
  },
  'vhost-vsock': {
    'guest-cid': when(
      (value) => value <= 2 || value > 0xffff_ffff,
      'is a number from 3 to 4294967295',
      (text) =>
        Number(text) > 2
          ? 'guest-cid property must be a 32-bit number'
          : 'guest-cid property must be greater than 2',
    ),
  },
  vfio: { 'x-nv-gpudirect-clique': within(0, 15, 'Property x-nv-gpudirect-clique: valid range 0-15') },
  'virtio-blk': {
    'queue-size': powerOfTwo(4, 1024, (text) =>
      Number(text) <= 2
        ? `invalid queue-size property (${text}), must be > 2`
        : `invalid queue-size property (${text}), must be a power of 2 (max 1024)`,
    ),
  },
  'virtio-iommu': { 'aw-bits': within(32, 64, 'aw-bits must be within [32,64]') },
  'virtio-mem': {
    'block-size': size(
      (bytes) => bytes !== 0n && (bytes < MIB || (bytes & (bytes - 1n)) !== 0n),
      'is a power of two and at least 1M',
      (bytes) =>
        bytes < MIB
          ? "'block-size' property has to be at least 0x100000"
          : "'block-size' property has to be a power of two",
    ),
  },
  'virtio-net': {
    duplex: word(['half', 'full'], () => "'duplex' must be 'half' or 'full'"),
    rx_queue_size: NET_QUEUE('rx_queue_size'),
    speed: atLeast(-1, "'speed' must be between 0 and INT_MAX"),
    tx_queue_size: NET_QUEUE('tx_queue_size'),
  },
  'virtio-rng': { period: atLeast(1, "'period' parameter expects a positive integer") },
  'virtio-scsi': {
    num_queues: when(
      (value) => value !== 0xffff_ffff && (value < 1 || value > 1022),
      'is a number from 1 to 1022',
      (text) => `Invalid number of queues (= ${text}), must be a positive integer less than 1022.`,
    ),
    virtqueue_size: atLeast(3, 'invalid virtqueue_size property, must be > 2'),
  },
  'virtio-serial': { max_ports: atLeast(1, 'Maximum number of serial ports not specified') },
  virtserialport: {
    nr: when(
      (value) => value === 0,
      'is 0 for a console only',
      () => 'Port number 0 on virtio-serial devices reserved for virtconsole devices',
    ),
  },
};

const OF_ANY_DEVICE: Limits = { logical_block_size: BLOCK_SIZE, physical_block_size: BLOCK_SIZE };

const OF_OBJECT: Readonly<Record<string, Limits>> = {
  'cryptodev-backend-builtin': {
    queues: when(
      (value) => value !== 1,
      'is 1',
      () => 'Only support one queue in cryptdov-builtin backend',
    ),
  },
  'filter-buffer': {
    interval: atLeast(1, "Property 'filter-buffer.interval' requires a positive value"),
  },
  iothread: Object.fromEntries(
    ['aio-max-batch', 'poll-grow', 'poll-max-ns', 'poll-shrink'].map((key) => [key, THREADS(key)]),
  ),
};

const OF_NETDEV: Readonly<Record<string, Limits>> = {
  user: {
    domainname: chars(1, 255, () => "'domainname' parameter cannot be empty"),
    'ipv6-prefixlen': within(
      0,
      126,
      'Invalid IPv6 prefix provided (IPv6 prefix length must be between 0 and 126)',
    ),
  },
  'vhost-user': { queues: within(1, 1024, 'vhost-user number of queues must be in range [1, 1024]') },
};

const OF_BLOCK_NODE: Limits = {
  'node-name': chars(0, 31, () => 'Node name too long'),
  'latency-ns': atLeast(0, 'latency-ns is invalid'),
};

const SPEED: Limit = within(0, 65_535, 'SMBIOS CPU speed is too large (> 65535)');

/** By option. What was a switch before QEMU 10.0 is written as one in lines for those. */
const OF_OPTION: Readonly<Record<string, Limits>> = {
  fw_cfg: { name: chars(0, 55, () => 'name too long (max. 55 char)') },
  machine: {
    'x-oem-id': chars(0, 6, () => 'User specified x-oem-id value is bigger than 6 bytes in size'),
    'x-oem-table-id': chars(0, 8, () => 'User specified x-oem-table-id value is bigger than 8 bytes in size'),
  },
  overcommit: {
    'mem-lock': (text) =>
      /^(on|off|on-fault|yes|no|true|false|y|n)$/.test(text)
        ? undefined
        : {
            fact: 'is on, off or on-fault',
            refusal: "parameter 'mem-lock' expects one of 'on', 'off', 'on-fault'",
            whole: true,
          },
  },
  smbios: { 'current-speed': SPEED, 'max-speed': SPEED },
};

const pick = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

function limitsOf({ kind, name }: Fact): Limits | undefined {
  switch (kind) {
    case 'device':
      return pick(OF_DEVICE, name.replace(/-(pci|device|ccw)(-(non-)?transitional)?$/, ''));
    case 'object':
      return pick(OF_OBJECT, name);
    case 'netdev':
      return pick(OF_NETDEV, name);
    case 'blockdev':
      return OF_BLOCK_NODE;
    case 'machine':
      return OF_OPTION.machine;
    case 'parameters':
      return pick(OF_OPTION, name);
    default:
      return undefined;
  }
}

/**
 * Why a text that its type takes is none that the thing does: the type of a queue's size is a number, and the size itself a power
 * of two.
 * @returns undefined where it fits, and where nothing is known of such limits
 */
export function misfitOfLimit(fact: Fact, key: string, text: string): Misfit | undefined {
  const limits = limitsOf(fact);
  const limit =
    (limits && pick(limits, key)) ?? (fact.kind === 'device' ? pick(OF_ANY_DEVICE, key) : undefined);
  return limit?.(text);
}

/**
 * The same of a property of the CPU. More than 52 bits of addresses are refused before QEMU 11.
 * @param version of the QEMU that the user named
 */
export function misfitOfFlagLimit(
  key: string,
  text: string,
  version: Version | undefined,
): Misfit | undefined {
  if (key !== 'phys-bits' || !version || reaches(version, [11, 0])) return undefined;
  return atMost(52, (bits) => `phys-bits should be between 32 and 52  (but is ${bits})`)(text);
}

/** Slots for memory, as many as ACPI can tell of (hw/i386/pc.c, ACPI_MAX_RAM_SLOTS); a number below 0 is counted from the top. */
export function misfitOfSlots(text: string): Misfit | undefined {
  const slots = numberIn(text);
  if (slots === undefined || (slots >= 0 && slots <= 256)) return undefined;
  const read = BigInt.asUintN(64, BigInt(slots));
  return { fact: 'is at most 256', refusal: `unsupported amount of memory slots: ${read}`, whole: true };
}
