import { defineRule } from '../define.ts';
import { devicesOf, word } from '../refusal.ts';
import { type Table, tellUnfit, type Unfit } from '../unfit.ts';

/** What QEMU would do with the data, which it does not see here. */
const OPTIONS = [
  'cache',
  'error_policy',
  'io',
  'ioeventfd',
  'copy_on_read',
  'discard',
  'iothread',
  'detect_zeroes',
];

const ELEMENTS = [
  'iotune',
  'backingStore',
  'encryption',
  'readonly',
  'shareable',
  'transient',
  'serial',
  'wwn',
  'vendor',
  'product',
  'geometry',
  'blockio',
];

const unfit = (path: string, name: string): Unfit => ({
  path,
  ...(path.includes('@') ? { of: (value: string): boolean => value !== 'default' } : {}),
  fact: `Another program serves this disk, so that QEMU has no say in its ${name}`,
  words: `${name} is not supported with vhostuser disk`,
});

const UNFIT: Table = () => [
  ...OPTIONS.map((name) => unfit(`driver@${name}`, name)),
  ...ELEMENTS.map((name) => unfit(name, name)),
  unfit('driver/metadata_cache', 'metadata_cache'),
  {
    path: '@snapshot',
    of: (how) => how !== 'no',
    fact: 'Nobody but the program that serves this disk can make a snapshot of it',
    words: 'only snapshot=no is supported with vhostuser disk',
    instead: ['no'],
    removable: false,
  },
  {
    path: 'target@bus',
    of: (bus) => bus !== 'virtio',
    fact: 'vhost-user is a part of virtio, and this disk is on {value}',
    words: 'vhostuser disk supports only virtio bus',
    instead: ['virtio'],
    removable: false,
  },
];

export default defineRule({
  name: 'vhost-user-disk-unfit',
  reads: 'libvirt',
  concerns: ['disk'],
  topic: 'structure',
  severity: 'error',
  summary: 'A disk that another program serves has a setting of those that QEMU serves.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value', 'virtio-option-unfit'],
  sources: [
    {
      title: 'libvirt: cache is not supported with vhostuser disk',
      ref: 'src/conf/domain_validate.c: virDomainDiskVhostUserValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const disk of devicesOf(context.domain, 'disk')) {
      if (word(disk, 'type') === 'vhostuser') tellUnfit(context, disk, UNFIT);
    }
  },
});
