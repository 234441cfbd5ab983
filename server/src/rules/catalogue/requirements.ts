import type { Fact, QemuCatalogue } from '../../catalogue/qemu.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { effective } from '../../guest/value.ts';
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

/** The key of what comes first, where QEMU can make nothing without it. */
const FIRST: Readonly<Record<string, string>> = {
  audiodev: 'driver',
  blockdev: 'driver',
  chardev: 'backend',
  device: 'driver',
  netdev: 'type',
  numa: 'type',
  object: 'qom-type',
};

/** What an option has to begin with, whatever it makes. */
export function firstOf(option: Option): Requirement | undefined {
  const key = Object.hasOwn(FIRST, option.name) ? FIRST[option.name]! : undefined;
  // JSON that cannot be read has properties that are not seen.
  if (key === undefined || (option.json && option.properties.length === 0)) return undefined;
  const id = effective(option.value('id')) ?? '';
  const refusal =
    option.name === 'chardev' && !option.json
      ? `chardev: "${id}" missing backend`
      : `Parameter '${key}' is missing`;
  return { anyOf: [key], refusal };
}

/** What the thing that an option makes has to be given, in the order in which QEMU asks. */
export function requirementsOf(
  catalogue: QemuCatalogue,
  option: Option,
  type: string,
): readonly Requirement[] {
  switch (option.name) {
    case 'device': {
      const name = catalogue.device(type)?.name ?? '';
      const requirement = Object.hasOwn(OF_DEVICE, name) ? OF_DEVICE[name]! : undefined;
      return requirement ? [requirement] : [];
    }
    case 'chardev':
      return [{ anyOf: ['id'], refusal: 'chardev: no id specified' }];
    case 'object':
    case 'netdev':
    case 'audiodev':
    case 'blockdev':
    case 'numa': {
      // Distances have rules of their own.
      if (option.name === 'numa' && type === 'dist') return [];
      const fact = catalogue.fact(option.name, type);
      return fact ? requiredOf(fact) : [];
    }
    default:
      return [];
  }
}

/** Members of the schema that may not be left out; read once, as a command line may have hundreds of a kind. */
const requiredOf = oncePer((fact: Fact): readonly Requirement[] =>
  fact.required
    .filter((name) => !name.includes('.'))
    .map((name) => ({ anyOf: [name], refusal: `Parameter '${name}' is missing` })),
);
