import { pathKind } from '../../catalogue/hostPaths.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { isOpen } from '../../guest/collection.ts';
import type { Backing } from '../../guest/memory.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type QemuContext } from '../define.ts';
import { switchOn } from './backendText.ts';

export default defineRule({
  name: 'hugepages-without-prealloc',
  reads: 'qemu',
  topic: 'memory',
  severity: 'information',
  summary: 'Guest memory is made of huge pages that are taken only when the guest touches them.',
  sources: [
    { title: 'Linux: HugePages_Rsvd', ref: 'Documentation/admin-guide/mm/hugetlbpage.rst' },
    {
      title: 'QEMU: prealloc and the policy of huge pages',
      ref: 'backends/hostmem.c: host_memory_backend_memory_complete',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, line, sources } = context;
    // VFIO pins all memory at the start, and so takes every page then.
    if (isOpen(guest.pci.devices) || guest.pci.devices.items.some(({ role }) => role === 'passthrough'))
      return;
    for (const backing of guest.memory.backings.items) {
      const option = sources.get(backing);
      if (!option || effective(backing.huge) !== true || effective(backing.prealloc) !== false) continue;
      // Memory that is not even to be reserved, such as that of virtio-mem, is taken late on purpose.
      if (option.find('reserve')) continue;
      reportBacking(context, backing, option);
    }
    const path = optionsNamed(line, 'mem-path').at(-1);
    if (path && optionsNamed(line, 'mem-prealloc').length === 0) reportPath(context, path);
  },
});

function reportBacking({ report }: QemuContext, backing: Backing, option: Option): void {
  const isBound = backing.hostNodes.state !== 'absent';
  const nodes = isKnown(backing.hostNodes) ? backing.hostNodes.value : undefined;
  const several = nodes !== undefined && nodes.size > 1;
  const where = nodes === undefined ? 'host nodes' : `host ${several ? 'nodes' : 'node'} ${nodes}`;
  report({
    message: isBound
      ? `The huge pages are bound to ${where}, but taken only when the guest touches them: Linux reserves them for ` +
        `the host as a whole, and kills the guest with SIGBUS once the ${several ? 'nodes have' : 'node has'} none left. ` +
        'With prealloc=on the start fails instead.'
      : LATE,
    at: option.find('hugetlb')?.span ?? option.find('mem-path')?.span ?? backing.label,
    about: backing,
    ...(isBound ? {} : { severity: 'hint' }),
    fixes: [
      {
        title: 'Take them at the start: prealloc=on',
        applicability: 'suggestion',
        changes: [switchOn(option, 'prealloc')],
      },
    ],
  });
}

const LATE =
  'The huge pages are taken only when the guest touches them: the first touch of each waits until the host has ' +
  'cleared it.';

/** Memory that QEMU makes itself, where -mem-path counts. */
function reportPath({ guest, report }: QemuContext, option: Option): void {
  const { plain } = option;
  if (!isKnown(plain) || pathKind(plain.value) !== 'hugetlbfs') return;
  if (guest.memory.whole.id.state !== 'absent' || isOpen(guest.nodes)) return;
  if (guest.nodes.items.some((node) => node.backing.id.state !== 'absent')) return;
  report({
    message: LATE,
    at: option.span,
    about: option,
    severity: 'hint',
    fixes: [
      {
        title: 'Take them at the start: -mem-prealloc',
        applicability: 'suggestion',
        changes: [{ op: 'add-option', words: ['-mem-prealloc'], after: option }],
      },
    ],
  });
}
