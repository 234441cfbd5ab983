import type { ModelChange, NewBacking } from '../../guest/change.ts';
import { nodeName } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { refusesMem } from './refusesMem.ts';
import { spareBackings } from './spareBackings.ts';
import { capital } from './wording.ts';

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
    if (!machine || !refusesMem(machine, target)) return;
    for (const node of guest.nodes.items) {
      const mem = sources.get(node)?.find('mem');
      if (!mem) continue;
      report({
        message:
          `${capital(nodeName(node))} gets its memory by mem=, which machine ${machine.name} no longer ` +
          'takes: QEMU stops with "Parameter -numa node,mem is not supported by this machine type". Memory comes ' +
          'from a backend, by memdev=.',
        at: mem.span,
        about: node,
        fixes: fixesFor(context),
      });
    }
  },
});

/** All nodes at once, since QEMU refuses to mix mem= and memdev=. */
function fixesFor(context: QemuContext): Fix[] {
  const spare = spareBackings(context);
  const changes: ModelChange[] = [];
  let count = 0;
  let reused = false;
  for (const node of context.guest.nodes.items) {
    // A node with both is another mistake, which takes the mem= away.
    if (node.size.state === 'absent' || node.backing.id.state !== 'absent') continue;
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
  // A backend that is there may bind its memory: taking it is what was meant, but it is a choice.
  return [{ title: titleFor(count, reused), applicability: reused ? 'suggestion' : 'safe', changes }];
}

function titleFor(nodes: number, reused: boolean): string {
  const which = nodes === 1 ? 'the node its' : `${nodes === 2 ? 'both' : `all ${nodes}`} nodes their`;
  const made = nodes === 1 ? 'a new backend' : 'new backends';
  return `Give ${which} memory by memdev=, from ${reused ? 'the backends that are there' : made}`;
}
