import type { Option } from '../../dialects/qemu/option.ts';
import { misfitOfDisplay, misfitOfForward, misfitOfNetwork } from './ownAddresses.ts';
import {
  misfitOfDate,
  misfitOfMac,
  misfitOfPhysBits,
  misfitOfRamBelow4G,
  misfitOfRing,
  misfitOfShift,
  misfitOfTable,
  misfitOfVendor,
} from './ownForms.ts';
import { enumerated, listed, type Reader, within } from './readers.ts';
import type { Misfit } from './values.ts';

/** What is not empty is looked up elsewhere. */
const named: Reader = (text) =>
  text === '' ? { fact: 'is the name of a format', refusal: "Unknown driver ''", whole: true } : undefined;

/** What -drive takes for some of its parameters, of which QEMU says nothing but that they are texts (blockdev.c). */
const OF_DRIVE: Readonly<Record<string, Reader>> = {
  aio: listed('threads native io_uring', () => 'invalid aio option'),
  cache: listed('none off writeback writethrough directsync unsafe', () => 'invalid cache option'),
  'detect-zeroes': listed('off on unmap', (text) => `invalid parameter value: ${text}`),
  driver: named,
  discard: listed('ignore off unmap on', () => 'Invalid discard option'),
  format: named,
  if: listed('none ide scsi floppy pflash mtd sd virtio xen', (text) => `unsupported bus type '${text}'`),
  media: listed('disk cdrom', (text) => `'${text}' invalid media`),
  rerror: listed('ignore stop report', (text) => `'${text}' invalid read error action`),
  werror: listed('ignore stop report enospc', (text) => `'${text}' invalid write error action`),
};

const CLOCK = (text: string): string => `invalid option value '${text}'`;

const sandboxed = (key: string, values: string): Reader =>
  listed(values, () => `invalid argument for ${key}`);

/** hw/9pfs/9p.h and fsdev/qemu-fsdev-opts.c, read by fsdev/qemu-fsdev.c and hw/9pfs/9p-local.c. */
const OF_FILE_SYSTEM: Readonly<Record<string, Reader>> = {
  multidevs: listed('remap forbid warn', (text) => `invalid multidevs property '${text}'`),
  security_model: listed(
    'passthrough mapped mapped-xattr mapped-file none',
    (text) => `invalid security_model property '${text}'`,
  ),
};

const COMPRESSION = listed('auto never always', (text) => `spice: invalid wan compression: ${text}`);

const atMost = (key: string, most: number): Reader =>
  within(0, most, `parameter '${key}' can be at most ${most}`, 'expects uint64');

const MACHINE: Readonly<Record<string, Reader>> = {
  'max-ram-below-4g': misfitOfRamBelow4G,
  'nvdimm-persistence': listed(
    'cpu mem-ctrl',
    (text) => `-machine nvdimm-persistence=${text}: unsupported option`,
  ),
  'smbios-entry-point-type': enumerated('32 64 auto'),
};

const OF_USER_NETWORK: Readonly<Record<string, Reader>> = {
  guestfwd: misfitOfForward('guestfwd'),
  hostfwd: misfitOfForward('hostfwd'),
  net: misfitOfNetwork,
};

/** Words and numbers that options read in their own way, by option. */
const OF_OPTION: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  action: {
    panic: enumerated('pause shutdown exit-failure none'),
    reboot: enumerated('reset shutdown'),
    shutdown: enumerated('poweroff pause'),
    watchdog: enumerated('reset shutdown poweroff pause debug none inject-nmi'),
  },
  boot: {
    'reboot-timeout': within(
      -1,
      65_535,
      'reboot timeout is invalid,it should be a value between -1 and 65535',
      'expects integer',
    ),
    'splash-time': within(
      0,
      65_535,
      'splash-time is invalid,it should be a value between 0 and 65535',
      'expects integer',
    ),
  },
  cpu: {
    family: atMost('family', 270),
    'phys-bits': misfitOfPhysBits,
    stepping: atMost('stepping', 15),
    vendor: misfitOfVendor,
  },
  drive: OF_DRIVE,
  fsdev: OF_FILE_SYSTEM,
  icount: {
    rr: listed('record replay', (text) => `Invalid icount rr option: ${text}`),
    shift: misfitOfShift,
  },
  M: MACHINE,
  machine: MACHINE,
  mon: { mode: enumerated('readline control') },
  net: { ...OF_USER_NETWORK, macaddr: misfitOfMac },
  netdev: OF_USER_NETWORK,
  nic: { ...OF_USER_NETWORK, mac: misfitOfMac },
  rtc: {
    base: misfitOfDate,
    clock: listed('host rt vm', CLOCK),
    driftfix: listed('slew none', CLOCK),
  },
  sandbox: {
    elevateprivileges: sandboxed('elevateprivileges', 'allow deny children'),
    obsolete: sandboxed('obsolete', 'allow deny'),
    resourcecontrol: sandboxed('resourcecontrol', 'allow deny'),
    spawn: sandboxed('spawn', 'allow deny'),
  },
  smbios: { type: misfitOfTable },
  spice: {
    'image-compression': listed(
      'off auto_glz auto_lz quic glz lz',
      (text) => `spice: invalid image compression: ${text}`,
    ),
    'jpeg-wan-compression': COMPRESSION,
    port: within(0, 65_535, 'spice port is out of range', 'expects a number'),
    'streaming-video': listed('off filter all', (text) => `spice: invalid stream video control: ${text}`),
    'tls-port': within(0, 65_535, 'spice tls-port is out of range', 'expects a number'),
    'zlib-glz-wan-compression': COMPRESSION,
  },
  virtfs: OF_FILE_SYSTEM,
  vnc: {
    vnc: misfitOfDisplay,
    share: listed('allow-exclusive force-shared ignore', () => 'unknown vnc share= option'),
  },
};

const THREAD = listed('single multi', (text) => `Invalid 'thread' setting ${text}`);

/** The options that have such words. */
export const WITH_OWN_TEXTS: readonly string[] = [...Object.keys(OF_OPTION), 'accel', 'chardev'];

/**
 * Why a text is none of the words that an option takes, where QEMU's own lists say only that it is a text.
 * @returns undefined where it is one, and for everything else
 */
export function misfitOfText(option: Option, key: string, text: string): Misfit | undefined {
  const type = option.makes;
  if (option.name === 'accel') return type === 'tcg' && key === 'thread' ? THREAD(text) : undefined;
  if (option.name === 'chardev') return type === 'ringbuf' && key === 'size' ? misfitOfRing(text) : undefined;
  const table = Object.hasOwn(OF_OPTION, option.name) ? OF_OPTION[option.name]! : {};
  return Object.hasOwn(table, key) ? table[key]!(text) : undefined;
}

/** Limits of what is read by its type before. */
const AFTER_THEIR_TYPE: ReadonlySet<string> = new Set(['max-ram-below-4g', 'phys-bits']);

/** Whether the words of a key are known here, so that its type says less. */
export function readsAlone({ name }: Option, key: string): boolean {
  const table = Object.hasOwn(OF_OPTION, name) ? OF_OPTION[name] : undefined;
  return table !== undefined && Object.hasOwn(table, key) && !AFTER_THEIR_TYPE.has(key);
}
