import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement, XmlValue } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';
import { type Disk, disksOf } from './disks.ts';

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
    const disks = disksOf(domain);
    const seen = new Map<string, XmlElement>();
    for (const { element, target, name } of disks) {
      if (!target || !name) continue;
      const first = seen.get(name);
      if (!first) {
        seen.set(name, target);
        continue;
      }
      report({
        message:
          `Another disk has the target ${name} already, on whatever bus: libvirt refuses the domain with ` +
          `"target '${name}' duplicated for disk sources".`,
        at: spanOf(uri, writtenIn(target)),
        about: element,
        related: [{ span: spanOf(uri, writtenIn(first)), message: 'The first one.' }],
        fixes: renameFix(target, name, disks),
      });
    }
  },
});

/** The name as it is written in a target that has one. */
const writtenIn = (target: XmlElement): XmlValue => attribute(target, 'dev')!.value!;

/** How many disks each bus has names for. */
const LAST: Readonly<Record<string, string>> = { fd: 'b', hd: 'd' };

function renameFix(target: XmlElement, name: string, disks: readonly Disk[]): Fix[] {
  const prefix = /^(fd|hd|vd|sd|xvd|ubd)[a-z]$/.exec(name)?.[1];
  if (prefix === undefined) return [];
  const taken = new Set(disks.map((disk) => disk.name));
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
