import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { nodeName } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { formatBytes } from '../../values/byteSize.ts';
import { defineRule, type Fix } from '../define.ts';
import { capital } from './wording.ts';

export default defineRule({
  name: 'cell-memory-zero',
  reads: 'guest',
  only: 'libvirt',
  topic: 'numa',
  // Other versions of libvirt and old machine types may make no backend of it.
  severity: 'warning',
  summary:
    'A cell of the guest has 0 bytes of memory, of which libvirt makes a backend that QEMU does not take.',
  explains: ['numa-memory-sum'],
  sources: [
    {
      title: "QEMU: property 'size' of memory-backend-ram doesn't take value '0'",
      ref: 'backends/hostmem.c: host_memory_backend_set_size',
    },
    {
      title: 'libvirt: a backend for each cell',
      ref: 'src/qemu/qemu_command.c: qemuBuildMemoryCellBackendProps',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    if (guest.dialect !== 'libvirt') return;
    for (const node of guest.nodes.items) {
      const { size } = node;
      if (!isKnown(size) || size.value !== 0n) continue;
      report({
        message:
          `${capital(nodeName(node))} has no memory. Libvirt defines the domain, and the start fails: QEMU stops with ` +
          `"property 'size' of memory-backend-ram doesn't take value '0'".`,
        at: size.span,
        about: [node, guest.memory],
        fixes: restFix(guest, node),
      });
    }
  },
});

/** What the domain has beyond the other cells. */
function restFix(guest: Guest, node: GuestNode): Fix[] {
  const total = effective(guest.memory.size);
  const devices = effective(guest.memory.inDevices);
  const others = complete(guest.nodes)?.filter((other) => other !== node);
  if (total === undefined || devices === undefined || !others) return [];
  const sizes = others.map(({ size }) => effective(size));
  if (!sizes.every((size) => size !== undefined)) return [];
  const rest = sizes.reduce((left, size) => left - size, total - devices);
  if (rest <= 0n) return [];
  return [
    {
      title: `Give it the ${formatBytes(rest)} that the other nodes leave`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: node, field: 'size', to: rest }],
    },
  ];
}
