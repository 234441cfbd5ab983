import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement, XmlValue } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'duplicate-disk-target',
  reads: 'libvirt',
  concerns: ['disk'],
  topic: 'structure',
  severity: 'error',
  summary: 'Two disks of the guest have the same target.',
  sources: [
    {
      title: 'libvirt: target duplicated for disk sources',
      ref: 'src/conf/domain_validate.c: virDomainDefValidateDuplicateDiskInfo',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const { uri } = guest.label;
    const disks = children(domain, 'devices').flatMap((devices) => children(devices, 'disk'));
    const seen = new Map<string, XmlValue>();
    for (const disk of disks) {
      const target = targetOf(disk);
      const name = target && attribute(target, 'dev')?.value;
      if (!target || !name || name.text === '' || isPlaceholder(name.text)) continue;
      const first = seen.get(name.text);
      if (!first) {
        seen.set(name.text, name);
        continue;
      }
      report({
        message:
          `Another disk has the target ${name.text} already, on whatever bus: libvirt refuses the domain with ` +
          `"target '${name.text}' duplicated for disk sources".`,
        at: spanOf(uri, name),
        about: disk,
        related: [{ span: spanOf(uri, first), message: 'The first one.' }],
        fixes: renameFix(target, name.text, disks),
      });
    }
  },
});

const targetOf = (disk: XmlElement): XmlElement | undefined => child(disk, 'target');

/** How many disks each bus has names for. */
const LAST: Readonly<Record<string, string>> = { fd: 'b', hd: 'd' };

function renameFix(target: XmlElement, name: string, disks: readonly XmlElement[]): Fix[] {
  const prefix = /^(fd|hd|vd|sd|xvd|ubd)[a-z]$/.exec(name)?.[1];
  if (prefix === undefined) return [];
  const taken = new Set(
    disks.map((disk) => {
      const other = targetOf(disk);
      return other && attribute(other, 'dev')?.value?.text;
    }),
  );
  const letters = [...'abcdefghijklmnopqrstuvwxyz'].filter((letter) => letter <= (LAST[prefix] ?? 'z'));
  const free = letters.map((letter) => prefix + letter).find((candidate) => !taken.has(candidate));
  if (free === undefined) return [];
  return [
    {
      title: `Call it ${free}`,
      applicability: 'suggestion',
      changes: [{ op: 'set-attribute', element: target, name: 'dev', text: free }],
    },
  ];
}
