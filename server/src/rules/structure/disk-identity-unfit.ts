import { child } from '../../syntax/xml/query.ts';
import { defineRule } from '../define.ts';
import { devicesOf } from '../refusal.ts';
import { is, isNot, type Table, tellUnfit } from '../unfit.ts';

/** What a SCSI disk can say of its maker and its make. */
const VENDOR_LENGTH = 8;
const PRODUCT_LENGTH = 16;

/** Letters behind the first two say which of its kind a disk is. */
const NAME = /^(?:hd|sd|vd|xvd|ubd|nvme)/;

const isWwn = (text: string): boolean => /^(0x)?[0-9a-fA-F]{16}$/.test(text);

const UNFIT: Table = () => [
  {
    path: 'vendor',
    of: (vendor) => vendor.length > VENDOR_LENGTH,
    when: is('target@bus', 'scsi'),
    fact: `SCSI has ${VENDOR_LENGTH} characters for the maker of a disk, and {value} is longer`,
    words: `disk vendor is more than ${VENDOR_LENGTH} characters`,
  },
  {
    path: 'product',
    of: (product) => product.length > PRODUCT_LENGTH,
    when: is('target@bus', 'scsi'),
    fact: `SCSI has ${PRODUCT_LENGTH} characters for the make of a disk, and {value} is longer`,
    words: `disk product is more than ${PRODUCT_LENGTH} characters`,
  },
  {
    path: 'wwn',
    of: (name) => name !== '' && !isWwn(name),
    fact: 'A world wide name has 16 hexadecimal digits',
    words: 'Malformed wwn: {value}',
  },
  {
    path: 'wwn',
    of: (name) => isWwn(name),
    when: (disk) => isNot('target@bus', 'ide', 'scsi')(disk) && !is('@device', 'lun')(disk),
    fact: 'Disks on {target@bus} have no world wide name',
    words: 'Only ide and scsi disk support wwn',
  },
  {
    path: 'serial',
    of: (serial) => /[^A-Za-z0-9_ .+-]/.test(serial),
    fact: 'A serial number is made of letters, digits and - _ . + or blanks',
    words: "driver serial '{value}' contains unsafe characters",
  },
  {
    path: 'target@dev',
    of: (name) => !NAME.test(name) && !name.startsWith('fd'),
    when: (disk) => !child(disk, 'address') && !is('@device', 'floppy')(disk),
    fact: '{value} says neither which disk this is nor on which bus: names are vda, sda, hda …',
    words: "Unknown disk name '{value}' and no address specified",
    removable: false,
  },
  {
    path: 'target@dev',
    of: (name) => !name.startsWith('fd'),
    when: is('@device', 'floppy'),
    fact: 'Floppy drives are called fda and fdb, and not {value}',
    words: 'Invalid floppy device name: {value}',
    instead: ['fda'],
    removable: false,
  },
  {
    path: 'target@dev',
    of: (name) => /^(?:hd|sd|vd|xvd|ubd)[a-z]+\d+$/.test(name),
    fact: '{value} names a partition, and a <disk> is a whole one',
    words: "invalid disk target '{value}', partitions can't appear in disk targets",
    removable: false,
  },
  {
    path: 'driver@name',
    of: (name) => name !== 'qemu' && name !== '',
    fact: 'QEMU opens the images itself, and this asks {value} to',
    words: "unsupported driver name '{value}' for disk '{target@dev}'",
    instead: ['qemu'],
  },
];

export default defineRule({
  name: 'disk-identity-unfit',
  reads: 'libvirt',
  concerns: ['disk'],
  topic: 'structure',
  severity: 'error',
  summary: 'A disk has a name, a number or a maker that it cannot have.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: disk vendor is more than 8 characters',
      ref: 'src/conf/domain_validate.c: virDomainDiskDefValidate',
    },
    {
      title: 'libvirt: Only ide and scsi disk support wwn',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefDiskFrontend, qemuValidateDomainDeviceDefDisk',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const disk of devicesOf(context.domain, 'disk')) tellUnfit(context, disk, UNFIT);
  },
});
