import { attribute } from '../../syntax/xml/query.ts';
import { defineRule } from '../define.ts';
import { is, type Table, tellUnfit } from '../unfit.ts';
import { disksOf } from './disks.ts';

/** What comes from the real device, so that nothing else may be said of it. */
const OWN: Table = () =>
  ['wwn', 'vendor', 'product'].map((path) => ({
    path,
    when: is('target@bus', 'scsi'),
    fact: `The device itself tells its ${path}, since commands of the guest go to it`,
    words:
      path === 'wwn'
        ? 'Setting wwn is not supported for lun device'
        : 'Setting vendor or product is not supported for lun device',
  }));

/** Of all disks, of whatever kind. */
const OF_ANY: Table = () => [
  {
    path: '@sgio',
    of: (filter) => filter === 'unfiltered',
    fact: 'No kernel lets commands through unfiltered any more',
    words: 'unfiltered sgio is no longer supported',
  },
];

const OF_LUN: Table = () => [
  ...OF_ANY(),
  {
    path: 'driver@type',
    of: (format) => format !== 'raw',
    fact: 'Commands of the guest go to the device itself, which no format stands between, and this says {value}',
    words: "disk device 'lun' must use 'raw' format",
    instead: ['raw'],
    removable: false,
  },
  {
    path: 'source/slices',
    fact: 'Commands of the guest go to the whole device, and not to a slice of it',
    words: "disk device 'lun' doesn't support storage slice",
  },
  {
    path: 'source@protocol',
    of: (protocol) => protocol !== 'iscsi',
    fact: 'Over a network only iSCSI carries the commands of the guest, and not {value}',
    words: "disk device='lun' is not supported for protocol='{value}'",
    removable: false,
  },
  {
    path: 'target@bus',
    of: (bus) => bus !== 'virtio' && bus !== 'scsi',
    fact: 'SCSI commands pass on the buses scsi and virtio, and not on {value}',
    words: "disk device='lun' is not supported for bus='{value}'",
    instead: ['scsi'],
    removable: false,
  },
  {
    path: 'driver@copy_on_read',
    of: (state) => state === 'on',
    fact: 'What is read of a device with device=lun is nowhere copied to',
    words: "copy_on_read is not compatible with 'lun' disk '{target@dev}'",
  },
  ...OWN(),
  {
    path: 'serial',
    when: is('target@bus', 'scsi'),
    fact: 'The device itself tells its serial number, since commands of the guest go to it',
    words: "scsi-block 'lun' devices do not support the serial property",
  },
];

const OF_OTHERS: Table = () => [
  ...OF_ANY(),
  {
    path: '@sgio',
    of: (filter) => filter === 'filtered',
    fact: "sgio= filters the commands of device='lun', and this is none",
    words: "sgio can be used only with device='lun'",
  },
  {
    path: 'source/reservations',
    fact: "<reservations> are commands of device='lun', and this is none",
    words: '<reservations/> allowed only for lun devices',
  },
];

export default defineRule({
  name: 'lun-setting-unfit',
  reads: 'libvirt',
  concerns: ['disk'],
  topic: 'structure',
  severity: 'error',
  summary:
    "A disk that hands the guest's SCSI commands on has a setting that stands in their way, or another disk one for them.",
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value', 'disk-setting-unfit'],
  sources: [
    {
      title: "libvirt: disk device='lun' is not supported for bus",
      ref: 'src/conf/domain_validate.c: virDomainDiskDefSourceLUNValidate; src/qemu/qemu_validate.c',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const { element, device } of disksOf(context.domain)) {
      // A template may yet write what it is.
      const isOpen = device === undefined && attribute(element, 'device') !== undefined;
      tellUnfit(context, element, device === 'lun' ? OF_LUN : isOpen ? OF_ANY : OF_OTHERS);
    }
  },
});
