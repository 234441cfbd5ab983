import type { Properties } from './properties.ts';
import type { FileKind, Scratch } from './scratch.ts';
import { type Adapt, type Context, dropped, onProperties, type Step, step } from './step.ts';

/** Block drivers that bring their bytes from somewhere. All but `file` need a server or a device of the host. */
const PROTOCOLS =
  /^(file|host_device|host_cdrom|nbd|rbd|iscsi|ssh|nfs|gluster|https?|ftps?|nvme|nvme-io_uring|vvfat|sheepdog|vxhs|virtio-blk-.*)$/;
/** Image formats that are not made here; a raw image stands for them. */
const OTHER_FORMATS = /^(qcow|qed|vmdk|vdi|vhdx|vpc|luks|parallels|dmg|bochs|cloop)$/;
/** What every block node takes, whatever its driver. */
const BLOCK_NODE =
  /^(node-name|read-only|auto-read-only|discard|detect-zeroes|force-share|cache\..*|aio|locking)$/;
const ENCRYPTION = /^(key-secret|encrypt\..*|.*\.key-secret|password-secret)$/;

const imageKind = (format: string | undefined, path: string): FileKind =>
  format === 'qcow2' || (format === undefined && /\.qcow2?$/.test(path)) ? 'qcow2' : 'raw';

/** Replaces the whole argument, which is a path. */
const onPath =
  (make: (path: string, scratch: Scratch) => string): Adapt =>
  (option, { scratch }) =>
    option.value === undefined || option.value === ''
      ? option
      : { ...option, value: make(option.value, scratch).replaceAll(',', ',,') };

const bootFile = (kind: FileKind) => onPath((path, scratch) => scratch.file(path, kind));

export const fileSteps: readonly Step[] = [
  step(
    'image',
    'hda hdb hdc hdd cdrom fda fdb mtdblock sd',
    onPath((path, scratch) => scratch.file(path, imageKind(undefined, path))),
  ),
  // A bare word is a disk image to QEMU. Only one that looks like a path is believed to be meant as one: a stray word
  // that a broken line continuation left behind must go on being refused.
  step('image', '', (option, { scratch }) =>
    /^\S*[./]\S*$/.test(option.value ?? '')
      ? { ...option, value: scratch.file(option.value!, imageKind(undefined, option.value!)) }
      : option,
  ),
  step('image', 'drive', onProperties('', adaptDrive)),
  step('image', 'blockdev', onProperties('driver', adaptBlockNode)),
  step('boot-file', 'bios pflash', bootFile('firmware')),
  step('boot-file', 'kernel shim', bootFile('kernel')),
  step('boot-file', 'initrd dtb option-rom', bootFile('blob')),
  step('boot-file', 'acpitable', dropped),
  step('boot-file', 'smbios', (option) => (/(^|,)file=/.test(option.value ?? '') ? undefined : option)),
  step(
    'boot-file',
    'fw_cfg',
    onProperties('name', (entry, { scratch }) => {
      setPath(entry, 'file', (path) => scratch.file(path, 'blob'));
    }),
  ),
  step(
    'boot-file',
    'device',
    onProperties('driver', (device, { scratch }) => {
      setPath(device, 'romfile', (path) => scratch.file(path, 'blob'));
      setPath(device, 'file', (path) => scratch.file(path, 'blob'));
    }),
  ),
  step(
    'shared-folder',
    'fsdev virtfs',
    onProperties('fsdriver', (share, { scratch }) => {
      setPath(share, 'path', (path) => scratch.folderFor(path));
    }),
  ),
  step(
    'shared-folder',
    'device',
    onProperties('driver', (device, { scratch }) => {
      setPath(device, 'rootdir', (path) => scratch.folderFor(path));
    }),
  ),
];

function setPath(properties: Properties, key: string, make: (path: string) => string): void {
  const path = properties.get(key);
  if (path !== undefined && path !== '') properties.set(key, make(path));
}

function adaptDrive(drive: Properties, { scratch }: Context): undefined {
  if (OTHER_FORMATS.test(drive.get('format') ?? '')) drive.set('format', 'raw');
  drive.removeWhere((key) => ENCRYPTION.test(key));
  const nested = drive.keys().filter((key) => key.startsWith('file.'));
  const path = drive.get('file') ?? (nested.length > 0 ? nested.map((key) => drive.get(key)).join() : '');
  if (path === '') return;
  drive.remove(...nested);
  const kind = drive.get('if') === 'pflash' ? 'firmware' : imageKind(drive.get('format'), path);
  drive.set('file', scratch.file(path, kind));
}

function adaptBlockNode(node: Properties, { scratch, formats }: Context): undefined {
  const format = node.get('driver') ?? '';
  node.removeWhere((key) => ENCRYPTION.test(key));
  if (OTHER_FORMATS.test(format)) node.set('driver', 'raw');
  for (const prefix of ['', 'file.']) {
    if (!PROTOCOLS.test(node.get(`${prefix}driver`) ?? '')) continue;
    const own = node
      .keys()
      .filter((key) => key.startsWith(prefix) && !BLOCK_NODE.test(key.slice(prefix.length)));
    const name = node.get(`${prefix}node-name`) ?? node.get('node-name') ?? '';
    // Only files are locked against a second use: each server or host device gets a file of its own.
    const isFile = node.get(`${prefix}driver`) === 'file';
    const path = (isFile && node.get(`${prefix}filename`)) || `node ${name}`;
    node.remove(...own.filter((key) => key !== `${prefix}driver` && key !== `${prefix}filename`));
    node.set(`${prefix}driver`, 'file');
    const readBy = prefix === '' ? formats.get(name) : format;
    node.set(`${prefix}filename`, scratch.file(path, imageKind(readBy ?? 'raw', path)));
  }
}
