import { isReferredTo } from '../../dialects/qemu/references.ts';
import type { ModelChange, NewBacking } from '../../guest/change.ts';
import type { MachineType } from '../../guest/machine.ts';
import type { Backing } from '../../guest/memory.ts';
import { nodeName } from '../../guest/queries.ts';
import { atLeast, NEWEST_QEMU, type Target } from '../../guest/target.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

/** Machine types from this version on no longer take `mem=`. */
const REMOVED = [5, 1] as const;

export default defineRule({
  name: 'numa-mem-removed',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary: 'A guest node gets its memory by mem=, which machine types since 5.1 refuse.',
  sources: [
    { title: 'QEMU: Parameter -numa node,mem is not supported', ref: 'hw/core/numa.c: parse_numa_node' },
    { title: 'QEMU manual: removed features', ref: 'docs/about/removed-features.rst: -numa node,mem' },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, sources, target, report } = context;
    const machine = effective(guest.machine.type);
    if (!machine || machine.family === 'other') return;
    const removed = isRemoved(machine, target);
    for (const node of guest.nodes.items) {
      const mem = sources.get(node)?.find('mem');
      if (!mem) continue;
      report({
        message: removed
          ? `${capital(nodeName(node))} gets its memory by mem=, which machine ${machine.name} no longer takes: QEMU stops ` +
            'with "Parameter -numa node,mem is not supported by this machine type". Memory comes from a backend, by memdev=.'
          : `${capital(nodeName(node))} gets its memory by mem=, which only machine types up to 5.0 take: QEMU warns, and ` +
            'the guest will not start on a newer machine type.',
        at: mem.span,
        about: node,
        ...(removed ? {} : { severity: 'warning' }),
        fixes: fixesFor(context),
      });
    }
  },
});

function isRemoved(machine: MachineType, target: Target): boolean {
  return atLeast(machine.version ?? target.qemu ?? NEWEST_QEMU, REMOVED);
}

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

/** All nodes at once, since QEMU refuses to mix mem= and memdev=. */
function fixesFor({ guest, line, sources }: QemuContext): Fix[] {
  const spare = guest.memory.backings.items.filter((backing) => isSpare(backing));
  const changes: ModelChange[] = [];
  let count = 0;
  let reused = false;
  for (const node of guest.nodes.items) {
    if (node.size.state === 'absent') continue;
    if (!isKnown(node.size)) return [];
    const size = node.size.value;
    const fitting = spare.find((backing) => isKnown(backing.size) && backing.size.value === size);
    if (fitting) spare.splice(spare.indexOf(fitting), 1);
    reused ||= fitting !== undefined;
    const created: NewBacking = { kind: 'new-backing', size, id: `ram${effective(node.id) ?? ''}` };
    if (!fitting) changes.push({ op: 'add', entity: created, before: node });
    changes.push({ op: 'set', entity: node, field: 'backing', to: fitting ?? created });
    count++;
  }
  const nodes = count === 2 ? 'both nodes' : `all ${count} nodes`;
  const what = count === 1 ? 'the node its memory' : `${nodes} their memory`;
  const how = reused ? 'from the backends that are there' : 'from new backends';
  return [
    {
      title: `Give ${what} by memdev=, ${how}`,
      // A backend that is there may bind its memory: taking it is what was meant, but it is a choice.
      applicability: reused ? 'suggestion' : 'safe',
      changes,
    },
  ];

  function isSpare(backing: Backing): boolean {
    const option = sources.get(backing);
    const id = effective(backing.id);
    return option !== undefined && id !== undefined && isReferredTo(line, id, option) === false;
  }
}
