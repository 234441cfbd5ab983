import { pathKind } from '../../catalogue/hostPaths.ts';
import { isKnown, type Value } from '../../guest/value.ts';
import { formatBytes, KiB } from '../../values/byteSize.ts';
import { defineRule } from '../define.ts';
import { mountOf } from './hostPages.ts';

export default defineRule({
  name: 'mem-path-not-hugetlbfs',
  reads: 'guest',
  only: 'qemu',
  needs: 'host-profile',
  topic: 'memory',
  severity: 'warning',
  summary: 'A path that is named like a mount of huge pages is none on the host.',
  explains: ['hugepages-without-prealloc'],
  sources: [{ title: 'QEMU: the file behind mem-path', ref: 'softmmu/physmem.c: file_ram_open' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    const mounts = host.profile.hugetlbfs;
    if (!mounts) return;
    const { memory } = guest;
    const paths: { path: Value<string>; about: object }[] = [
      { path: memory.path, about: memory },
      ...memory.backings.items.map((backing) => ({ path: backing.path, about: backing })),
    ];
    for (const { path, about } of paths) {
      if (!isKnown(path) || pathKind(path.value) !== 'hugetlbfs' || mountOf(path.value, host)) continue;
      const others = mounts.map((mount) => mount.path).join(', ');
      report({
        message:
          `No hugetlbfs is mounted at ${path.value} on the host${others ? `, but at ${others}` : ''}: QEMU makes an ordinary ` +
          'file there without a word, and the guest has no huge pages.',
        at: path.span,
        about,
        fixes: path.slot
          ? mounts.map((mount) => ({
              title: `Take ${mount.path}${mount.pageSizeKiB ? ` (pages of ${formatBytes(BigInt(mount.pageSizeKiB) * KiB)})` : ''}`,
              applicability: 'suggestion',
              changes: [{ op: 'replace', value: path, text: mount.path }],
            }))
          : [],
      });
    }
  },
});
