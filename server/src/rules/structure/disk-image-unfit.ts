import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf } from '../refusal.ts';
import { has, is, isNot, type Table, tellUnfit, type Unfit, valueAt } from '../unfit.ts';

const ENCRYPTIONS = ['encryption', 'source/encryption'];

const UNFIT: Table = () => [
  {
    path: 'source/encryption',
    when: has('encryption'),
    fact: '<encryption> stands beside the <source> and in it',
    words: 'an <encryption> definition already found for disk source',
  },
  ...ENCRYPTIONS.map((path) => ({
    path: `${path}/secret@uuid`,
    when: (disk: XmlElement): boolean => valueAt(disk, `${path}/secret@usage`) !== undefined,
    fact: 'A secret is named by its uuid or by its usage, and this one by both',
    words: 'either secret uuid or usage expected',
  })),
  ...['auth', 'source/auth'].map((path) => ({
    path: `${path}/secret@uuid`,
    when: (disk: XmlElement): boolean => valueAt(disk, `${path}/secret@usage`) !== undefined,
    fact: 'A secret is named by its uuid or by its usage, and this one by both',
    words: 'either secret uuid or usage expected',
  })),
  ...ENCRYPTIONS.map(
    (path): Unfit => ({
      path: `${path}@format`,
      of: (format) => format === 'luks',
      when: isNot('driver@type', 'raw', 'qcow2'),
      fact: 'QEMU decrypts what is raw or qcow2 below, and this is {driver@type}',
      words: "encryption is supported only with 'raw' and 'qcow2' image format",
    }),
  ),
  {
    path: 'driver@type',
    of: (format) => format === 'iso',
    when: isNot('@type', 'dir', 'vhostuser'),
    fact: 'An image of a CD is raw, and QEMU has no format {value}',
    words: "storage format '{value}' is not directly supported by QEMU, use 'raw' instead",
    instead: ['raw'],
    removable: false,
  },
  {
    path: 'driver/metadata_cache',
    when: isNot('driver@type', 'qcow2'),
    fact: 'Only qcow2 keeps tables of where its data is, and this is {driver@type}',
    words: 'metadata cache max size control is supported only with qcow2 images',
  },
  {
    path: 'driver@type',
    of: (format) => format === 'fat',
    when: (disk) =>
      is('@type', 'dir')(disk) && !has('readonly')(disk) && !is('@device', 'cdrom', 'floppy')(disk),
    fact: 'A folder that is shown as a FAT file system is only read, and <readonly> does not say so',
    words: "virtual FAT storage can't be accessed in read-write mode",
    removable: false,
  },
  {
    path: 'driver@type',
    of: (format) => format !== 'fat',
    when: is('@type', 'dir'),
    fact: 'A folder is shown as a FAT file system, and this says {value}',
    words: "storage type 'dir' requires use of storage format 'fat'",
    instead: ['fat'],
    removable: false,
  },
  {
    path: 'source/reservations@managed',
    of: (answer) => answer === 'no',
    when: (disk) => !valueAt(disk, 'source/reservations/source@type') && !hasOpenSource(disk),
    fact: 'Another program keeps the reservations, and no <source> says where it listens',
    words: 'missing connection type for <reservations/>',
    instead: ['yes'],
    removable: false,
  },
  {
    path: 'target@bus',
    of: (bus) => bus === 'xen' || bus === 'uml',
    fact: 'QEMU has no disks on {value}',
    words: "unsupported disk bus '{value}' with device setup",
    instead: ['virtio', 'sata'],
    removable: false,
  },
];

/** A template may write where it listens. */
const hasOpenSource = (disk: XmlElement): boolean => {
  const source = child(disk, 'source');
  const inner = source && child(source, 'reservations');
  const listens = inner && child(inner, 'source');
  return listens !== undefined && attribute(listens, 'type') !== undefined;
};

export default defineRule({
  name: 'disk-image-unfit',
  reads: 'libvirt',
  concerns: ['disk'],
  topic: 'structure',
  severity: 'error',
  summary: 'The image of a disk, its encryption or the way to it is not one that QEMU can use.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value', 'required-part-missing'],
  sources: [
    {
      title: 'libvirt: metadata cache max size control is supported only with qcow2 images',
      ref: 'src/qemu/qemu_domain.c: qemuDomainValidateStorageSource',
    },
    {
      title: 'libvirt: an <encryption> definition already found for disk source',
      ref: 'src/conf/domain_conf.c: virDomainDiskDefParseXML; storage_encryption_conf.c, storage_source_conf.c',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const disk of devicesOf(context.domain, 'disk')) tellUnfit(context, disk, UNFIT);
  },
});
