import type { Change } from '../../dialects/change.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { type Disk, disksOf } from './disks.ts';

/** Names of image files that tell their format, and what libvirt calls it. */
const FORMATS: Readonly<Record<string, string>> = {
  qcow2: 'qcow2',
  qcow: 'qcow',
  qed: 'qed',
  vdi: 'vdi',
  vhd: 'vpc',
  vmdk: 'vmdk',
};

export default defineRule({
  name: 'disk-driver-missing',
  reads: 'libvirt',
  concerns: ['file'],
  topic: 'structure',
  severity: 'information',
  summary: 'A disk does not say which format its image has.',
  sources: [
    {
      title: 'libvirt: the type of a driver',
      ref: 'docs/formatdomain.rst: Hard drives, floppy disks, CDROMs',
    },
    {
      title: 'libvirt: raw where nothing is said',
      ref: 'src/qemu/qemu_domain.c: qemuDomainDeviceDiskDefPostParse',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    for (const disk of disksOf(domain)) {
      const { element, source, driver } = disk;
      const file = source && !saysFormat(driver) && attribute(source, 'file')?.value?.text;
      if (!file || !isDisk(element)) continue;
      const extension = isPlaceholder(file) ? undefined : /\.([^./]+)$/.exec(file)?.[1]?.toLowerCase();
      // Their names say what libvirt takes them for.
      if (extension === 'raw' || extension === 'iso') continue;
      const format = extension === undefined ? undefined : FORMATS[extension];
      report({
        message: format
          ? `The disk does not say which format its image has: libvirt takes it for raw, and the guest sees a ${format} ` +
            'file as it is instead of the disk in it.'
          : 'The disk does not say which format its image has: libvirt takes it for raw, whatever is in it.',
        at: spanOf(guest.label.uri, source.name),
        about: element,
        ...(format ? { severity: 'warning' } : {}),
        fixes: [
          {
            title: `Say so: type='${format ?? 'raw'}'`,
            applicability: format ? 'suggestion' : 'safe',
            changes: [setFormat(disk, format ?? 'raw')],
          },
        ],
      });
    }
  },
});

/** A disk in a file; a medium of a drive is raw as a rule. */
function isDisk(disk: XmlElement): boolean {
  const device = attribute(disk, 'device')?.value?.text ?? 'disk';
  const type = attribute(disk, 'type')?.value?.text ?? 'file';
  return device === 'disk' && type === 'file' && !mayGainChildren(disk);
}

const saysFormat = (driver: XmlElement | undefined): boolean =>
  driver !== undefined && (driver.openTag || attribute(driver, 'type') !== undefined);

function setFormat({ element, driver }: Disk, format: string): Change {
  if (driver) return { op: 'set-attribute', element: driver, name: 'type', text: format };
  return {
    op: 'add-element',
    parent: element,
    template: { name: 'driver', attributes: { name: 'qemu', type: format } },
  };
}
