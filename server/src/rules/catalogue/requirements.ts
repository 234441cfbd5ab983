import type { Fact, QemuCatalogue } from '../../catalogue/qemu.ts';
import type { OptionText } from '../../dialects/qemu/optionText.ts';
import { oncePer } from '../../values/oncePer.ts';

export interface Requirement {
  /** One of these has to be given. */
  readonly anyOf: readonly string[];
  /** What QEMU says without. */
  readonly refusal: string;
}

const MEMDEV: Requirement = { anyOf: ['memdev'], refusal: "'memdev' property must be set" };
const DRIVE: Requirement = { anyOf: ['drive'], refusal: 'drive property not set' };
const MISSING_CHARDEV: Requirement = { anyOf: ['chardev'], refusal: 'missing chardev' };

/** The schema tells nothing about devices: these were each asked of a QEMU 7.2. */
const OF_DEVICE: Readonly<Record<string, Requirement>> = {
  'cxl-type3': {
    anyOf: ['memdev', 'volatile-memdev', 'persistent-memdev', 'volatile-dc-memdev'],
    refusal: 'memdev property must be set',
  },
  'ide-hd': { anyOf: ['drive'], refusal: 'No drive specified' },
  'isa-debugcon': { anyOf: ['chardev'], refusal: "Can't create debugcon device, empty char device" },
  'isa-parallel': { anyOf: ['chardev'], refusal: "Can't create parallel device, empty char device" },
  'ivshmem-doorbell': { anyOf: ['chardev'], refusal: "You must specify a 'chardev'" },
  'ivshmem-plain': { anyOf: ['memdev'], refusal: "You must specify a 'memdev'" },
  nvme: { anyOf: ['serial'], refusal: 'serial property not set' },
  'pc-dimm': MEMDEV,
  'scsi-block': DRIVE,
  'scsi-hd': DRIVE,
  'tpm-crb': { anyOf: ['tpmdev'], refusal: "'tpmdev' property is required" },
  'tpm-tis': { anyOf: ['tpmdev'], refusal: "'tpmdev' property is required" },
  'usb-redir': { anyOf: ['chardev'], refusal: "Parameter 'chardev' is missing" },
  'usb-serial': { anyOf: ['chardev'], refusal: 'Property chardev is required' },
  'usb-storage': DRIVE,
  'vhost-scsi-pci': { anyOf: ['wwpn'], refusal: 'vhost-scsi: missing wwpn' },
  'vhost-user-blk-pci': { anyOf: ['chardev'], refusal: 'chardev is mandatory' },
  'vhost-user-fs-pci': MISSING_CHARDEV,
  'vhost-user-i2c-pci': { anyOf: ['chardev'], refusal: 'vhost-user-i2c: missing chardev' },
  'vhost-user-vsock-pci': MISSING_CHARDEV,
  'vhost-vsock-pci': { anyOf: ['guest-cid'], refusal: 'guest-cid property must be greater than 2' },
  'virtio-9p-pci': { anyOf: ['fsdev'], refusal: "9pfs device couldn't find fsdev with the id = NULL" },
  'virtio-blk-pci': DRIVE,
  'virtio-crypto-pci': { anyOf: ['cryptodev'], refusal: "'cryptodev' parameter expects a valid object" },
  'virtio-input-host-pci': { anyOf: ['evdev'], refusal: 'evdev property is required' },
  'virtio-mem-pci': MEMDEV,
  'virtio-pmem-pci': MEMDEV,
};

/** What is asked for next. */
function ofMore(option: OptionText, name: string): readonly Requirement[] {
  if (name === 'vhost-user-fs-pci') return [{ anyOf: ['tag'], refusal: 'missing tag property' }];
  if (name !== 'virtio-9p-pci') return [];
  const refusal = `fsdev with id ${option.says('fsdev') ?? ''} needs mount_tag arguments`;
  return [{ anyOf: ['mount_tag'], refusal }];
}

/** What network backends ask for by hand (net/socket.c, net/dgram.c, net/vhost-vdpa.c). */
const OF_NETWORK: Readonly<Record<string, readonly Requirement[]>> = {
  // A group of many is listened to without an address of one's own.
  dgram: [{ anyOf: ['local', 'remote'], refusal: 'dgram requires local= parameter' }],
  socket: [
    {
      anyOf: ['listen', 'connect', 'mcast', 'udp', 'fd'],
      refusal: 'exactly one of listen=, connect=, mcast= or udp= is required',
    },
  ],
  'vhost-vdpa': [
    {
      anyOf: ['vhostdev', 'vhostfd'],
      refusal: 'vhost-vdpa: neither vhostdev= nor vhostfd= was specified',
    },
  ],
};

const PATH: Requirement = { anyOf: ['path'], refusal: 'path property not set' };
const SECURITY: Requirement = { anyOf: ['security_model'], refusal: 'security_model property not set' };
const PORT: Requirement = { anyOf: ['port'], refusal: 'chardev: socket: no port given' };

/** Character devices, each with what its own reader asks for (chardev/char-*.c). */
const OF_CHARACTER_DEVICE: Readonly<Record<string, Requirement>> = {
  file: { anyOf: ['path'], refusal: 'chardev: file: no filename given' },
  parallel: { anyOf: ['path'], refusal: 'chardev: parallel: no device path given' },
  pipe: { anyOf: ['path'], refusal: 'chardev: pipe: no device path given' },
  serial: { anyOf: ['path'], refusal: 'chardev: serial/tty: no device path given' },
  socket: { anyOf: ['path', 'host', 'fd', 'port'], refusal: 'Unable to parse FD number' },
  spicevmc: { anyOf: ['name'], refusal: 'chardev: spice channel: no name given' },
  spiceport: { anyOf: ['name'], refusal: 'chardev: spice port: no name given' },
  udp: { anyOf: ['port'], refusal: 'chardev: udp: remote port not specified' },
};

/** Options whose parameters QEMU asks for by hand (fsdev/qemu-fsdev.c, softmmu/vl.c, backends/tpm). */
const OF_OPTION: Readonly<Record<string, readonly Requirement[]>> = {
  acpitable: [{ anyOf: ['data', 'file'], refusal: "'-acpitable' requires one of 'data' or 'file'" }],
  fw_cfg: [
    {
      anyOf: ['file', 'string', 'gen_id'],
      refusal: 'name, plus exactly one of file, string and gen_id, are needed',
    },
  ],
  smbios: [{ anyOf: ['type', 'file'], refusal: 'Must specify type= or file=' }],
  tpmdev: [{ anyOf: ['id'], refusal: "Parameter 'id' is missing" }],
};

const TPM_CHARDEV: Requirement = {
  anyOf: ['chardev'],
  refusal: "tpm-emulator: parameter 'chardev' is missing",
};

const DATA: Requirement = {
  anyOf: ['data', 'file'],
  refusal: "Either 'file' or 'data' must be provided",
};

const NODE_NAME: Requirement = {
  anyOf: ['node-name'],
  refusal: "'node-name' must be specified for the root node",
};

/** The key of what comes first, where QEMU can make nothing without it. */
const FIRST: Readonly<Record<string, string>> = {
  audiodev: 'driver',
  blockdev: 'driver',
  chardev: 'backend',
  device: 'driver',
  mon: 'chardev',
  netdev: 'type',
  numa: 'type',
  object: 'qom-type',
  tpmdev: 'type',
};

/** What an option has to begin with, whatever it makes. */
export function firstOf(option: OptionText): Requirement | undefined {
  const key = Object.hasOwn(FIRST, option.name) ? FIRST[option.name]! : undefined;
  // JSON that cannot be read has properties that are not seen.
  if (key === undefined) return Object.hasOwn(OF_OPTION, option.name) ? ofHeadless(option) : undefined;
  if (option.json && option.properties.length === 0) return undefined;
  const id = option.says('id') ?? '';
  const refusal =
    option.name === 'chardev' && !option.json
      ? `chardev: "${id}" missing backend`
      : `Parameter '${key}' is missing`;
  return { anyOf: [key], refusal };
}

/** -smbios and -acpitable do not begin with a word. */
const ofHeadless = (option: OptionText): Requirement | undefined =>
  OF_OPTION[option.name]!.find(({ anyOf }) => !anyOf.some((key) => option.has(key)));

/** What the thing that an option makes has to be given, in the order in which QEMU asks. */
export function requirementsOf(
  catalogue: QemuCatalogue,
  option: OptionText,
  type: string,
): readonly Requirement[] {
  switch (option.name) {
    case 'device': {
      const name = catalogue.device(type)?.name ?? '';
      const requirement = Object.hasOwn(OF_DEVICE, name) ? OF_DEVICE[name]! : undefined;
      return requirement ? [requirement, ...ofMore(option, name)] : [];
    }
    case 'chardev':
      return ofCharacterDevice(option, type);
    case 'fsdev':
      return [{ anyOf: ['id'], refusal: 'fsdev: No id specified' }, ...ofFileSystem(type)];
    case 'virtfs':
      return [
        { anyOf: ['mount_tag'], refusal: 'Usage: -virtfs fsdriver,mount_tag=tag' },
        ...ofFileSystem(type),
      ];
    case 'tpmdev':
      return [...OF_OPTION.tpmdev!, ...(type === 'emulator' ? [TPM_CHARDEV] : [])];
    case 'fw_cfg':
      return OF_OPTION.fw_cfg!;
    case 'blockdev':
      return [NODE_NAME, ...ofNode(catalogue, type, ''), ...ofNodesBelow(catalogue, option)];
    case 'object':
    case 'netdev':
    case 'audiodev':
    case 'numa': {
      // Distances have rules of their own.
      if (option.name === 'numa' && type === 'dist') return [];
      const fact = catalogue.fact(option.name, type);
      const required = fact ? requiredOf(fact) : [];
      if (option.name === 'object' && type === 'secret') return [...required, DATA];
      const asked = option.name === 'netdev' && Object.hasOwn(OF_NETWORK, type) ? OF_NETWORK[type]! : [];
      return [...required, ...asked, ...ofAddress(option, type)];
    }
    default:
      return [];
  }
}

/** Where a stream leads, by the kind of address. */
function ofAddress(option: OptionText, type: string): readonly Requirement[] {
  if (option.name !== 'netdev' || type !== 'stream') return [];
  if (!option.properties.some(({ key }) => key.startsWith('addr.'))) return [];
  const kind = option.says('addr.type');
  const keys =
    kind === undefined ? ['addr.type'] : kind === 'unix' ? ['addr.path'] : kind === 'inet' ? INTERNET : [];
  return keys.map((key) => ({ anyOf: [key], refusal: `Parameter '${key}' is missing` }));
}

const INTERNET = ['addr.host', 'addr.port'];

function ofCharacterDevice(option: OptionText, type: string): readonly Requirement[] {
  const own = Object.hasOwn(OF_CHARACTER_DEVICE, type) ? OF_CHARACTER_DEVICE[type]! : undefined;
  const isNetwork = type === 'socket' && option.has('host');
  return [
    { anyOf: ['id'], refusal: 'chardev: no id specified' },
    ...(own ? [own] : []),
    ...(isNetwork ? [PORT] : []),
  ];
}

const ofFileSystem = (type: string): readonly Requirement[] => (type === 'local' ? [SECURITY, PATH] : []);

/** What the schema asks of a node, below another one with its name in front. */
function ofNode(catalogue: QemuCatalogue, driver: string, prefix: string): readonly Requirement[] {
  const fact = catalogue.fact('blockdev', driver);
  const required = fact ? requiredOf(fact) : [];
  if (prefix === '') return required;
  return required.map(({ anyOf }) => {
    const name = `${prefix}${anyOf[0]}`;
    return { anyOf: [name], refusal: `Parameter '${name}' is missing` };
  });
}

function ofNodesBelow(catalogue: QemuCatalogue, option: OptionText): readonly Requirement[] {
  const stems = option.properties.flatMap(({ key }) => /^((?:file|backing)\.)/.exec(key)?.[1] ?? []);
  return [...new Set(stems)].flatMap((prefix) => {
    const driver = option.says(`${prefix}driver`);
    if (driver !== undefined) return ofNode(catalogue, driver, prefix);
    return [{ anyOf: [`${prefix}driver`], refusal: `Parameter '${prefix}driver' is missing` }];
  });
}

/** Members of the schema that may not be left out; read once, as a command line may have hundreds of a kind. */
const requiredOf = oncePer((fact: Fact): readonly Requirement[] =>
  fact.required
    .filter((name) => !name.includes('.'))
    .map((name) => ({ anyOf: [name], refusal: `Parameter '${name}' is missing` })),
);
