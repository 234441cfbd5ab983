import { type PathKind, pathKind } from '../../catalogue/hostPaths.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';

/** What only a file has; a backend with one of these is meant to be a file. */
const ONLY_FILE = ['align', 'discard-data', 'offset', 'pmem', 'readonly', 'rom'];

export default defineRule({
  name: 'mbind-ignored-on-shared-file',
  reads: 'qemu',
  topic: 'memory',
  severity: 'warning',
  summary: 'A shared file on an ordinary file system is bound to host nodes, which Linux ignores.',
  sources: [
    {
      title: 'Linux: the policy of a file mapping is ignored with MAP_SHARED',
      ref: 'Documentation/admin-guide/mm/numa_memory_policy.rst: VMA policy',
    },
  ],
  since: '0.1.0',
  check({ guest, sources, report }) {
    for (const backing of guest.memory.backings.items) {
      const option = sources.get(backing);
      const property = option?.find('host-nodes');
      if (!option || !property || effective(backing.type) !== 'memory-backend-file') continue;
      if (effective(backing.share) !== true || !isKnown(backing.path)) continue;
      const path = backing.path.value;
      const kind = pathKind(path);
      if (kind !== 'disk' && kind !== 'temporary') continue;
      report({
        message: messageFor(path, kind),
        at: property.span,
        about: backing,
        ...(kind === 'temporary' ? { severity: 'information' } : {}),
        related: [{ span: backing.path.span, message: 'The file is made here.' }],
        fixes: fixesFor(option),
      });
    }
  },
});

const messageFor = (path: string, kind: PathKind): string =>
  kind === 'temporary'
    ? `Unless ${path} is a tmpfs, host-nodes is without effect: Linux ignores the policy of shared memory in an ordinary file.`
    : `host-nodes is without effect: Linux ignores the policy of shared memory in an ordinary file, and ${path} is on ` +
      'no tmpfs or hugetlbfs.';

/** Memory without a name in the file system, but shared all the same. */
function fixesFor(option: Option): Fix[] {
  const path = option.find('mem-path');
  if (!path || ONLY_FILE.some((key) => option.find(key))) return [];
  return [
    {
      title: 'Use memory without a file: memory-backend-memfd',
      applicability: 'suggestion',
      changes: [
        { op: 'set-property', option, key: 'qom-type', text: 'memory-backend-memfd' },
        { op: 'remove-property', option, property: path },
      ],
    },
  ];
}
