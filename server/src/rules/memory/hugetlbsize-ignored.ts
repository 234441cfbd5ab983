import type { Option, Property } from '../../dialects/qemu/option.ts';
import type { Backing } from '../../guest/memory.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { type Bytes, formatBytes } from '../../values/byteSize.ts';
import { defineRule, type QemuContext } from '../define.ts';
import { sizeText, switchOn } from './backendText.ts';

export default defineRule({
  name: 'hugetlbsize-ignored',
  reads: 'qemu',
  topic: 'memory',
  severity: 'warning',
  summary: 'A memory backend has a size of huge pages, but no huge pages of that size.',
  sources: [
    {
      title: 'QEMU: hugetlbsize is ignored if hugetlb is false',
      ref: 'qapi/qom.json: MemoryBackendMemfdProperties',
    },
    { title: 'QEMU: Hugepage size must be a power of 2', ref: 'util/memfd.c: qemu_memfd_create' },
  ],
  since: '0.1.0',
  check(context) {
    for (const backing of context.guest.memory.backings.items) {
      const option = context.sources.get(backing);
      const property = option?.find('hugetlbsize');
      if (!option || !property || !isKnown(backing.pageSize)) continue;
      if (effective(backing.type) !== 'memory-backend-memfd') continue;
      const size = backing.pageSize.value;
      if (!isPowerOfTwo(size)) reportSize(context, backing, option, property, size);
      else if (effective(backing.huge) === false) reportIgnored(context, backing, option, property, size);
    }
  },
});

const isPowerOfTwo = (size: Bytes): boolean => size > 0n && (size & (size - 1n)) === 0n;

function reportIgnored(
  { report }: QemuContext,
  backing: Backing,
  option: Option,
  property: Property,
  size: Bytes,
): void {
  report({
    message:
      `Pages of ${formatBytes(size)} are asked for, but without hugetlb=on QEMU ignores the size and takes ` +
      'ordinary pages.',
    at: property.span,
    about: backing,
    fixes: [
      {
        title: `Use pages of ${formatBytes(size)}: hugetlb=on`,
        applicability: 'suggestion',
        changes: [switchOn(option, 'hugetlb')],
      },
      {
        title: 'Remove hugetlbsize',
        applicability: 'suggestion',
        changes: [{ op: 'remove-property', option, property }],
      },
    ],
  });
}

/** QEMU checks this one even where huge pages are off. */
function reportSize(
  { report }: QemuContext,
  backing: Backing,
  option: Option,
  property: Property,
  size: Bytes,
): void {
  const below = 2n ** BigInt(size.toString(2).length - 1);
  report({
    severity: 'error',
    message: `No page has ${formatBytes(size)}: QEMU stops with "Hugepage size must be a power of 2".`,
    at: property.span,
    about: backing,
    fixes: [
      {
        title: `Use pages of ${formatBytes(below)}`,
        applicability: 'suggestion',
        changes: [{ op: 'set-property', option, key: 'hugetlbsize', text: sizeText(option, below) }],
      },
    ],
  });
}
