import type { Version } from '../../guest/target.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf } from '../refusal.ts';
import { all, has, is, isNot, type Table, tellUnfit, valueAt } from '../unfit.ts';

/** libvirt 9.0 does not know discard_no_unref= and passes over it. */
const KNOWS_UNREF: Version = [9, 5];

/** A <disk> that does not say what it shows the guest is a hard disk. */
const isDisk = (disk: XmlElement): boolean => !attribute(disk, 'device') || is('@device', 'disk')(disk);

const isDrive = is('@device', 'cdrom', 'floppy');

const isDirect = is('driver@cache', 'none', 'directsync');

/** A template may still write a mode that fits. */
const hasOpenCache = (disk: XmlElement): boolean => {
  const driver = child(disk, 'driver');
  return (
    driver !== undefined &&
    attribute(driver, 'cache') !== undefined &&
    valueAt(disk, 'driver@cache') === undefined
  );
};

const isOn = (state: string): boolean => state === 'on';

const UNFIT: Table = () => [
  {
    path: 'target@bus',
    of: (bus) => bus !== 'fdc',
    when: is('@device', 'floppy'),
    fact: 'A floppy drive is on the bus fdc, and this one on {value}',
    words: "Invalid bus type '{value}' for floppy disk",
    instead: ['fdc'],
    removable: false,
  },
  {
    path: 'target@bus',
    of: (bus) => bus === 'fdc',
    when: (disk) => isDisk(disk) || is('@device', 'cdrom', 'lun')(disk),
    fact: 'The bus fdc is for floppy drives, and this is none',
    words: "Invalid bus type 'fdc' for disk",
    instead: ['sata'],
    removable: false,
  },
  {
    path: 'target@bus',
    of: (bus) => bus === 'virtio' || bus === 'sd',
    when: is('@device', 'cdrom'),
    fact: 'A disk on {value} cannot be ejected, and a CD-ROM is to be',
    words: "disk type of '{target@dev}' does not support ejectable media",
    instead: ['sata', 'scsi'],
    removable: false,
  },
  ...['sata', 'ide'].map((bus) => ({
    path: 'readonly',
    when: all(isDisk, is('target@bus', bus)),
    fact: `A hard disk on ${bus} can be written to, whatever is asked for`,
    words: `readonly ${bus} disks are not supported`,
  })),
  {
    path: 'target@tray',
    when: (disk) => isDisk(disk) || is('@device', 'lun')(disk),
    fact: 'A disk has no tray',
    words: 'tray is only valid for cdrom and floppy',
  },
  {
    path: 'target@removable',
    when: isNot('target@bus', 'usb', 'scsi'),
    fact: 'A disk on {target@bus} cannot be pulled out',
    words: 'removable is only valid for usb disks',
  },
  {
    path: 'target@rotation_rate',
    when: isNot('target@bus', 'scsi', 'ide', 'sata'),
    fact: 'A disk on {target@bus} does not tell how fast it turns',
    words: 'rotation rate is only valid for SCSI/IDE/SATA bus',
  },
  {
    path: 'target@rotation_rate',
    when: all(isNot('@device', 'disk'), is('target@bus', 'scsi', 'ide', 'sata')),
    fact: 'Only hard disks tell how fast they turn, and this is a {@device}',
    words: 'rotation rate is only valid for disk device',
  },
  {
    path: 'source@startupPolicy',
    of: (policy) => policy === 'requisite',
    when: (disk) => isDisk(disk) || is('@device', 'lun')(disk),
    fact: 'A disk cannot be dropped while the guest moves, as requisite asks',
    words: "disk startupPolicy 'requisite' is allowed only for cdrom or floppy",
    instead: ['optional', 'mandatory'],
  },
  {
    path: 'driver@copy_on_read',
    of: isOn,
    when: (disk) => isDrive(disk) || (has('readonly')(disk) && isDisk(disk)),
    fact: 'What is read is to be copied to a disk that is not written to',
    words: "copy_on_read is not compatible with read-only disk '{target@dev}'",
  },
  {
    path: 'driver@io',
    of: (mode) => mode === 'native',
    when: (disk) => !isDirect(disk) && !hasOpenCache(disk),
    fact: "io='native' goes past the page cache of the host, and cache= does not say so",
    words: "io='native' needs either no disk cache or directsync cache mode",
  },
  {
    path: 'driver@discard_no_unref',
    since: KNOWS_UNREF,
    of: isOn,
    when: isNot('driver@type', 'qcow2'),
    fact: 'Only qcow2 keeps count of its clusters, and this is {driver@type}',
    words: "'discard_no_unref' only works with qcow2 disk format",
  },
  {
    path: 'geometry@trans',
    of: (mode) => mode !== 'auto',
    when: all(isNot('target@bus', 'ide'), has('geometry')),
    fact: 'Cylinders are translated by the BIOS of IDE disks, and this one is on {target@bus}',
    words: "CHS translation mode can only be set for 'ide' bus not '{target@bus}'",
  },
  {
    path: 'geometry',
    when: is('target@bus', 'usb', 'sd'),
    fact: 'A disk on {target@bus} has no cylinders',
    words: "CHS geometry can not be set for '{target@bus}' bus",
  },
  {
    path: 'source@namespace',
    of: (number) => /^0+$/.test(number),
    when: is('@type', 'nvme'),
    fact: 'Namespaces of NVMe count from 1',
    words: "NVMe namespace can't be zero",
    instead: ['1'],
    removable: false,
  },

  {
    path: 'transient',
    when: (disk) => has('readonly')(disk) || isDrive(disk),
    fact: 'What is written to <transient> disks is dropped at the end, and nothing is written to this one',
    words: "transient disk '{target@dev}' must not be read-only",
  },
  {
    path: 'transient',
    when: all(isDisk, isNot('@type', 'file')),
    fact: 'A <transient> disk is a file, over which libvirt lays another, and this one is of type {@type}',
    words: "transient disk supported only with 'file' type ({target@dev})",
  },
  {
    path: 'transient@shareBacking',
    of: (answer) => answer === 'yes',
    when: isNot('target@bus', 'usb', 'virtio', 'scsi'),
    fact: 'A backing file is shared by plugging the disk in later, which {target@bus} does not allow',
    words: "disk bus '{target@bus}' doesn't support transiend disk backing image sharing",
  },
];

export default defineRule({
  name: 'disk-medium-unfit',
  reads: 'libvirt',
  concerns: ['disk'],
  topic: 'structure',
  severity: 'error',
  summary: 'A disk or drive is used as its kind of medium or its bus does not allow.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: readonly sata disks are not supported',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefDiskFrontend, …DiskTransient',
    },
    {
      title: 'libvirt: tray is only valid for cdrom and floppy',
      ref: 'src/conf/domain_validate.c: virDomainDiskDefValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const disk of devicesOf(context.domain, 'disk')) tellUnfit(context, disk, UNFIT);
  },
});
