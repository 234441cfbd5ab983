import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  lacks,
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';
import { unlessSound } from '../unfit.ts';
import { type Disk, disksOf } from './disks.ts';

/** What each protocol takes as the kind of its secret. */
const SECRETS: Readonly<Record<string, string>> = { iscsi: 'iscsi', rbd: 'ceph' };

/** Formats that several guests can write to at once: those that hold nothing but the data. */
const SHARED = new Set(['raw', 'luks']);

/** Formats that libvirt has a name for, and QEMU no driver that it would use. */
const UNSUPPORTED = new Set(['cow', 'fat', 'dir']);

type Check = (disk: Disk) => Refusal | undefined;

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
    for (const disk of disksOf(context.domain)) {
      unlessSound(context, disk.element, CHECKS, () => tellOf(context, disk));
    }
  },
});

/** Returns whether there was anything to tell. */
function tellOf(context: LibvirtContext, disk: Disk): boolean {
  let told = false;
  for (const of of CHECKS) {
    const refusal = of(disk);
    if (!refusal) continue;
    tellRefusal(context, refusal);
    told = true;
  }
  return told;
}

const identity: Check = ({ element, bus }) => {
  const name = child(element, 'vendor') ?? child(element, 'product');
  if (!name || bus === undefined || bus === 'scsi') return undefined;
  return {
    fact: `<${name.name.text}> is what a SCSI disk calls itself, and this disk is on ${bus}`,
    words: 'Only scsi disk supports vendor and product',
    element: name,
    fixes: [removeElement(name)],
  };
};

const lun: Check = ({ element, device, type }) => {
  if (device !== 'lun' || (type !== 'file' && type !== 'dir')) return undefined;
  return {
    fact: `device='lun' passes the commands of the guest to a real device, and the source is a ${type}`,
    words: "disk device='lun' is only valid for block type disk source",
    element,
    attribute: 'device',
    fixes: [writeAttribute(element, 'device', 'disk')],
  };
};

const rawio: Check = ({ element, device = 'disk' }) => {
  if (device === 'lun' || word(element, 'rawio') === undefined) return undefined;
  return {
    fact: `rawio= is for device='lun', and this is a ${device}`,
    words: "rawio can be used only with device='lun'",
    element,
    attribute: 'rawio',
    fixes: [removeAttribute(element, 'rawio')],
  };
};

const format: Check = ({ element, driver, bus, name = '', type: source }) => {
  const type = word(driver, 'type');
  if (!driver || type === undefined) return undefined;
  // A folder that QEMU shows as a FAT file system is its own matter.
  if (UNSUPPORTED.has(type) && source !== 'dir') {
    return {
      fact: `QEMU reads no images of the format ${type}`,
      words: `'${type}' storage format is not supported`,
      element: driver,
      attribute: 'type',
    };
  }
  const shareable = SHARED.has(type) ? undefined : child(element, 'shareable');
  if (!shareable || bus === undefined) return undefined;
  return {
    fact: `An image of the format ${type} breaks when two guests write to it`,
    words: `shared access for disk '${name}' requires use of supported storage format`,
    element: shareable,
    fixes: [removeElement(shareable)],
  };
};

const cipher: Check = ({ element, source }) => {
  const encryption = child(element, 'encryption') ?? (source && child(source, 'encryption'));
  const found = encryption && child(encryption, 'cipher');
  if (!found || word(encryption, 'format') !== 'luks') return undefined;
  return {
    fact: 'The header of a LUKS volume says which cipher it has',
    words: 'supplying <cipher> for domain disk definition is unnecessary',
    element: found,
    fixes: [removeElement(found)],
  };
};

const twoAuths: Check = ({ element, source }) => {
  const own = child(element, 'auth');
  const ofSource = own && source && child(source, 'auth');
  if (!ofSource) return undefined;
  return {
    fact: '<auth> stands beside the <source> and in it',
    words: 'an <auth> definition already found for disk source',
    element: ofSource,
    beside: { element: own, message: 'The other one.' },
    fixes: [removeElement(own, 'Remove the <auth> beside the <source>'), removeElement(ofSource)],
  };
};

const secret: Check = ({ element, source }) => {
  const auth = child(element, 'auth') ?? (source && child(source, 'auth'));
  const found = auth && child(auth, 'secret');
  const protocol = found && word(source, 'protocol');
  const wanted = SECRETS[protocol ?? ''];
  if (!found || wanted === undefined) return undefined;
  const type = word(found, 'type');
  const isMissing = lacks(found, 'type');
  if (type === wanted || (type === undefined && !isMissing)) return undefined;
  const known = type === 'iscsi' || type === 'ceph' || type === 'volume' || type === 'tls';
  return {
    fact: `The secret for ${protocol} is of type ${wanted}, and this says ${type ?? 'none'}`,
    words: known ? `invalid secret type '${type}'` : `unknown secret type '${type ?? '<null>'}'`,
    element: found,
    ...(isMissing ? {} : { attribute: 'type' }),
    fixes: [writeAttribute(found, 'type', wanted)],
  };
};

const noTarget: Check = ({ element, source, target }) => {
  if (!(target ? lacks(target, 'dev') : lacks(element, 'target')) || child(element, 'mirror'))
    return undefined;
  const name = word(source, 'file') ?? word(source, 'dev') ?? word(source, 'name');
  return {
    fact: target
      ? 'A <target> without dev= gives the disk no name in the guest'
      : 'A disk without <target> has no name in the guest',
    words:
      name === undefined ? 'missing target information' : `missing target information for device ${name}`,
    element,
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
  const { element, source, name } = disk;
  const device = disk.device ?? (attribute(element, 'device') ? undefined : 'disk');
  const type = disk.type ?? (attribute(element, 'type') ? '' : 'file');
  const part = NAMES_SOURCE[type];
  if ((device !== 'disk' && device !== 'lun') || part === undefined || name === undefined) return undefined;
  // Of a share or a volume the rest is wanted by itself.
  if (
    source &&
    (part === '' || attribute(source, part)?.value?.text !== undefined) &&
    word(source, part) !== ''
  )
    return undefined;
  if (mayGainChildren(source ?? element) || source?.openTag) return undefined;
  return {
    fact: source
      ? `${name} is a disk whose <source> names no ${part}`
      : `${name} is a disk without a <source>`,
    words: `missing source information for device ${name}`,
    element: source ?? element,
  };
};

const emptyUsb: Check = ({ element, device, type, bus }) => {
  if (bus !== 'usb' || (device !== 'cdrom' && device !== 'floppy')) return undefined;
  if (type === 'network' || !lacks(element, 'source')) return undefined;
  return {
    fact: 'A USB drive has no medium to eject, and this one has no <source>',
    words: "'usb' disk must not be empty",
    element,
    fixes: [removeElement(element)],
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
