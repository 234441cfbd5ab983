import type { OptionText } from '../../dialects/qemu/optionText.ts';
import { oncePer } from '../../values/oncePer.ts';

/** What a property may refer to. */
export interface Reference {
  /** The options that make such things. */
  readonly makers: readonly string[];
  /** `network backend` */
  readonly what: string;
  /** Types of objects that will do; undefined for any. */
  readonly fits?: RegExp;
  /** The type that QEMU asks for where another object has the id. */
  readonly expected?: string;
  /** Names that QEMU gives itself, to what other options make. */
  readonly implicit?: RegExp;
  /** An empty text is taken for an id, and not for none. */
  readonly refusesNothing?: true;
  /** Only what stands before is found. */
  readonly inOrder?: true;
  /** The type that reads the property; others of the option take it, and never look. */
  readonly readBy?: string;
  refusal(id: string): string;
}

const notFound = (id: string): string => `Device '${id}' not found`;
const noSuchChardev = (id: string): string => `chardev "${id}" not found`;
const noCredentials = (id: string): string => `No TLS credentials with id '${id}'`;

const object = (what: string, fits: RegExp, expected: string): Reference => ({
  makers: ['object'],
  what,
  fits,
  expected,
  refusal: notFound,
});

const value = (makers: readonly string[], what: string, implicit?: RegExp): Reference => ({
  makers,
  what,
  ...(implicit ? { implicit } : {}),
  refusal: (id) => `can't find value '${id}'`,
});

const OWN_CHARDEVS = /^(serial|parallel|compat_monitor|debugcon|gdb|virtcon|usbserial)\d*$/;

const CHARDEV = value(['chardev'], 'character device', OWN_CHARDEVS);

const AUDIO: Reference = {
  makers: ['audiodev'],
  what: 'audio backend',
  refusal: (id) => `audiodev '${id}' not found`,
};

/** Properties of devices. */
const OF_DEVICES: Readonly<Record<string, Reference>> = {
  audiodev: AUDIO,
  chardev: CHARDEV,
  canbus: object('CAN bus', /^can-bus$/, 'can-bus'),
  cryptodev: object('crypto backend', /^cryptodev-/, 'cryptodev-backend'),
  drive: value(['drive', 'blockdev'], 'drive', /^(ide|scsi|virtio|none|floppy|sd|pflash|mtd|xen)\d/),
  fsdev: {
    makers: ['fsdev', 'virtfs'],
    what: 'file system',
    refusal: (id) => `9pfs device couldn't find fsdev with the id = ${id}`,
  },
  iommufd: object('IOMMU file', /^iommufd$/, 'iommufd'),
  iothread: object('I/O thread', /^iothread$/, 'iothread'),
  memdev: object('memory backend', /^memory-backend-/, 'memory-backend'),
  netdev: { ...value(['netdev', 'net', 'nic'], 'network backend'), refusesNothing: true },
  rng: object('source of randomness', /^rng-/, 'rng-backend'),
  tpmdev: value(['tpmdev'], 'TPM backend'),
};

const CREDENTIALS: Reference = {
  makers: ['object'],
  what: 'TLS credentials',
  refusal: noCredentials,
};

const NODE: Reference = {
  makers: ['blockdev'],
  what: 'block node',
  inOrder: true,
  refusal: (id) => `Cannot find device='${id}' nor node-name='${id}'`,
};

const GROUP: Reference = {
  makers: ['object'],
  what: 'throttle group',
  fits: /^throttle-group$/,
  refusal: (id) => `Throttle group '${id}' does not exist`,
};

const SECRET: Reference = {
  makers: ['object'],
  what: 'secret',
  fits: /^secret/,
  refusal: (id) => `No secret with id '${id}'`,
};

const PFLASH: Reference = {
  makers: ['blockdev', 'drive'],
  what: 'block node',
  refusal: (id) => `Property 'cfi.pflash01.drive' can't find value '${id}'`,
};

const MACHINE: Readonly<Record<string, Reference>> = {
  'confidential-guest-support': {
    makers: ['object'],
    what: 'confidential guest',
    refusal: notFound,
  },
  'memory-encryption': {
    makers: ['object'],
    what: 'memory encryption',
    refusal: (id) => `No such memory encryption object '${id}'`,
  },
  'pcspk-audiodev': AUDIO,
  pflash0: PFLASH,
  pflash1: PFLASH,
};

/** Properties of other options. */
const OF_OPTIONS: Readonly<Record<string, Readonly<Record<string, Reference>>>> = {
  blockdev: { backing: NODE, file: { ...NODE, refusesNothing: true }, 'throttle-group': GROUP },
  chardev: {
    chardev: {
      ...CHARDEV,
      inOrder: true,
      readBy: 'mux',
      refusal: (id) => `mux: base chardev ${id} not found`,
    },
    'tls-creds': { ...CREDENTIALS, readBy: 'socket' },
  },
  M: MACHINE,
  machine: MACHINE,
  mon: { chardev: { ...CHARDEV, refusal: noSuchChardev } },
  netdev: { chardev: { ...CHARDEV, refusal: noSuchChardev } },
  net: {
    netdev: { makers: ['netdev'], what: 'network backend', refusal: (id) => `netdev '${id}' not found` },
  },
  object: {
    keyid: { ...SECRET, inOrder: true },
    netdev: {
      makers: ['netdev', 'nic', 'net'],
      what: 'network backend',
      refusal: () => "Parameter 'netdev' expects a network backend id",
    },
  },
  spice: { 'password-secret': SECRET },
  tpmdev: { chardev: { ...CHARDEV, refusal: (id) => `tpm-emulator: tpm chardev '${id}' not found` } },
  vnc: { audiodev: AUDIO, 'password-secret': SECRET, 'tls-creds': CREDENTIALS },
};

/** The properties of an option that name something else, by where they stand among all of them. */
export const referencesIn = oncePer(
  ({
    name,
    properties,
    makes,
  }: OptionText): readonly { readonly place: number; readonly reference: Reference }[] => {
    const table = name === 'device' ? OF_DEVICES : (OF_OPTIONS[name] ?? {});
    return properties.flatMap(({ key }, place) => {
      const reference = Object.hasOwn(table, key) ? table[key]! : undefined;
      return reference && (!reference.readBy || reference.readBy === makes) ? [{ place, reference }] : [];
    });
  },
);
