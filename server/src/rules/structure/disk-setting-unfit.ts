import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  at,
  devicesOf,
  lacks,
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';

/** What each protocol takes as the kind of its secret. */
const SECRETS: Readonly<Record<string, string>> = { iscsi: 'iscsi', rbd: 'ceph' };

/** Formats that several guests can write to at once: those that hold nothing but the data. */
const SHARED = new Set(['raw', 'luks']);

/** Formats that libvirt has a name for, and QEMU no driver that it would use. */
const UNSUPPORTED = new Set(['cow', 'fat', 'dir']);

type Check = (disk: XmlElement, context: LibvirtContext) => Refusal | undefined;

export default defineRule({
  name: 'disk-setting-unfit',
  reads: 'libvirt',
  concerns: ['disk'],
  topic: 'structure',
  severity: 'error',
  summary: 'A disk has a setting that its bus, its kind or its format does not take.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value', 'required-part-missing'],
  sources: [
    {
      title: 'libvirt: what a disk may say',
      ref: 'src/conf/domain_validate.c: virDomainDiskDefValidate; src/qemu/qemu_validate.c',
    },
    { title: 'libvirt: the secret of a disk', ref: 'src/conf/storage_source_conf.c: virStorageAuthDefParse' },
  ],
  since: '0.1.0',
  check(context) {
    for (const disk of devicesOf(context.domain, 'disk')) {
      for (const of of CHECKS) {
        const refusal = of(disk, context);
        if (refusal) tellRefusal(context, refusal);
      }
    }
  },
});

const busOf = (disk: XmlElement): string | undefined => word(child(disk, 'target'), 'bus');

const identity: Check = (disk) => {
  const name = child(disk, 'vendor') ?? child(disk, 'product');
  const bus = name && busOf(disk);
  if (!name || bus === undefined || bus === 'scsi') return undefined;
  return {
    fact: `<${name.name.text}> is what a SCSI disk calls itself, and this disk is on ${bus}`,
    words: 'Only scsi disk supports vendor and product',
    element: name,
    fixes: [removeElement(name)],
  };
};

const lun: Check = (disk) => {
  if (word(disk, 'device') !== 'lun') return undefined;
  const type = word(disk, 'type');
  if (type !== 'file' && type !== 'dir') return undefined;
  return {
    fact: `device='lun' passes the commands of the guest to a real device, and the source is a ${type}`,
    words: "disk device='lun' is only valid for block type disk source",
    element: disk,
    attribute: 'device',
    fixes: [writeAttribute(disk, 'device', 'disk')],
  };
};

const rawio: Check = (disk) => {
  if (word(disk, 'rawio') === undefined) return undefined;
  const device = word(disk, 'device') ?? 'disk';
  if (device === 'lun') return undefined;
  return {
    fact: `rawio= is for device='lun', and this is a ${device}`,
    words: "rawio can be used only with device='lun'",
    element: disk,
    attribute: 'rawio',
    fixes: [removeAttribute(disk, 'rawio')],
  };
};

const format: Check = (disk) => {
  const driver = child(disk, 'driver');
  const type = word(driver, 'type');
  if (!driver || type === undefined) return undefined;
  // A folder that QEMU shows as a FAT file system is its own matter.
  if (UNSUPPORTED.has(type) && word(disk, 'type') !== 'dir') {
    return {
      fact: `QEMU reads no images of the format ${type}`,
      words: `'${type}' storage format is not supported`,
      element: driver,
      attribute: 'type',
    };
  }
  const shareable = child(disk, 'shareable');
  if (!shareable || SHARED.has(type) || busOf(disk) === undefined) return undefined;
  return {
    fact: `An image of the format ${type} breaks when two guests write to it`,
    words: `shared access for disk '${word(child(disk, 'target'), 'dev') ?? ''}' requires use of supported storage format`,
    element: shareable,
    fixes: [removeElement(shareable)],
  };
};

const cipher: Check = (disk) => {
  const encryption = child(disk, 'encryption') ?? at(disk, 'source/encryption');
  const found = encryption && child(encryption, 'cipher');
  if (!found || word(encryption, 'format') !== 'luks') return undefined;
  return {
    fact: 'The header of a LUKS volume says which cipher it has',
    words: 'supplying <cipher> for domain disk definition is unnecessary',
    element: found,
    fixes: [removeElement(found)],
  };
};

const twoAuths: Check = (disk) => {
  const own = child(disk, 'auth');
  const ofSource = at(disk, 'source/auth');
  if (!own || !ofSource) return undefined;
  return {
    fact: '<auth> stands beside the <source> and in it',
    words: 'an <auth> definition already found for disk source',
    element: ofSource,
    beside: { element: own, message: 'The other one.' },
    fixes: [removeElement(own, 'Remove the <auth> beside the <source>'), removeElement(ofSource)],
  };
};

const secret: Check = (disk) => {
  const auth = child(disk, 'auth') ?? at(disk, 'source/auth');
  const found = auth && child(auth, 'secret');
  const wanted = found && SECRETS[word(child(disk, 'source'), 'protocol') ?? ''];
  if (!found || wanted === undefined) return undefined;
  const type = word(found, 'type');
  const isMissing = lacks(found, 'type');
  if (type === wanted || (type === undefined && !isMissing)) return undefined;
  const known = type === 'iscsi' || type === 'ceph' || type === 'volume' || type === 'tls';
  return {
    fact: `The secret for ${word(child(disk, 'source'), 'protocol')} is of type ${wanted}, and this says ${type ?? 'none'}`,
    words: known ? `invalid secret type '${type}'` : `unknown secret type '${type ?? '<null>'}'`,
    element: found,
    ...(isMissing ? {} : { attribute: 'type' }),
    fixes: [writeAttribute(found, 'type', wanted)],
  };
};

const noTarget: Check = (disk) => {
  const source = child(disk, 'source');
  const target = child(disk, 'target');
  if (!(target ? lacks(target, 'dev') : lacks(disk, 'target')) || child(disk, 'mirror')) return undefined;
  const name = word(source, 'file') ?? word(source, 'dev') ?? word(source, 'name');
  return {
    fact: target
      ? 'A <target> without dev= gives the disk no name in the guest'
      : 'A disk without <target> has no name in the guest',
    words:
      name === undefined ? 'missing target information' : `missing target information for device ${name}`,
    element: disk,
  };
};

/** What a source of each type is named by; '' where it takes more than that. */
const NAMES_SOURCE: Readonly<Record<string, string>> = {
  file: 'file',
  block: 'dev',
  dir: 'dir',
  network: '',
  volume: '',
};

/** A drive may be empty, a disk may not. */
const noSource: Check = (disk) => {
  const device = word(disk, 'device') ?? (attribute(disk, 'device') ? undefined : 'disk');
  const name = word(child(disk, 'target'), 'dev');
  const type = word(disk, 'type') ?? (attribute(disk, 'type') ? '' : 'file');
  const part = NAMES_SOURCE[type];
  if ((device !== 'disk' && device !== 'lun') || part === undefined || name === undefined) return undefined;
  const source = child(disk, 'source');
  if (mayGainChildren(source ?? disk) || source?.openTag) return undefined;
  // Of a share or a volume the rest is wanted by itself.
  if (
    source &&
    (part === '' || attribute(source, part)?.value?.text !== undefined) &&
    word(source, part) !== ''
  )
    return undefined;
  return {
    fact: source
      ? `${name} is a disk whose <source> names no ${part}`
      : `${name} is a disk without a <source>`,
    words: `missing source information for device ${name}`,
    element: source ?? disk,
  };
};

const emptyUsb: Check = (disk) => {
  const device = word(disk, 'device');
  if (device !== 'cdrom' && device !== 'floppy') return undefined;
  const isEmpty = lacks(disk, 'source') && word(disk, 'type') !== 'network';
  if (!isEmpty || busOf(disk) !== 'usb') return undefined;
  return {
    fact: 'A USB drive has no medium to eject, and this one has no <source>',
    words: "'usb' disk must not be empty",
    element: disk,
    fixes: [removeElement(disk)],
  };
};

const CHECKS: readonly Check[] = [
  identity,
  lun,
  rawio,
  format,
  cipher,
  twoAuths,
  secret,
  noTarget,
  noSource,
  emptyUsb,
];
