import { isReferredTo } from '../../dialects/qemu/references.ts';
import type { Guest } from '../../guest/guest.ts';
import type { Backing } from '../../guest/memory.ts';
import { backingOf, nodeName } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { formatBytes } from '../../values/byteSize.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'memory-backend-unused',
  reads: 'qemu',
  topic: 'memory',
  severity: 'warning',
  summary: 'A memory backend is created but backs nothing.',
  sources: [
    {
      title: 'QEMU: the default RAM is created unless nodes use memdev=',
      ref: 'hw/core/machine.c: machine_run_board_init',
    },
  ],
  since: '0.1.0',
  check({ guest, line, sources, report }) {
    const ofNodes = new Set(guest.nodes.items.map(backingOf));
    for (const backing of guest.memory.backings.items) {
      if (ofNodes.has(backing)) continue;
      const option = sources.get(backing);
      if (!option || !isKnown(backing.id) || isReferredTo(line, backing.id.value, option) !== false) continue;
      report({
        message: messageFor(guest, backing, backing.id.value),
        at: backing.id.span,
        about: backing,
        fixes: fixesFor(guest, backing, backing.id.value),
      });
    }
  },
});

function messageFor(guest: Guest, backing: Backing, id: string): string {
  const size = effective(backing.size);
  const ram = effective(guest.memory.size);
  const bound = backing.hostNodes.state === 'absent' ? '' : ', and its host-nodes bind nothing';
  const beside =
    size === undefined || ram === undefined
      ? "QEMU allocates it beside the guest's own RAM"
      : `QEMU allocates its ${formatBytes(size)} beside the guest's own ${formatBytes(ram)}`;
  return `No node, machine or device uses the memory backend ${id}: ${beside}${bound}.`;
}

function fixesFor(guest: Guest, backing: Backing, id: string): Fix[] {
  const bare = guest.nodes.items.filter(
    (node) => node.size.state === 'absent' && node.backing.id.state === 'absent',
  );
  return [
    ...bare.map(
      (node): Fix => ({
        title: `Back ${nodeName(node)} with ${id}`,
        applicability: 'suggestion',
        changes: [{ op: 'set', entity: node, field: 'backing', to: backing }],
      }),
    ),
    {
      title: `Remove the backend ${id}`,
      applicability: 'suggestion',
      changes: [{ op: 'remove', entity: backing }],
    },
  ];
}
