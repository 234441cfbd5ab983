import { isOpen } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { Backing } from '../../guest/memory.ts';
import { backingOf } from '../../guest/queries.ts';
import { effective, isKnown, type Known } from '../../guest/value.ts';
import type { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type GuestContext } from '../define.ts';

export default defineRule({
  name: 'node-cpu-memory-disagree',
  reads: 'guest',
  topic: 'pinning',
  severity: 'warning',
  summary: 'Guest memory is bound to one host node while the threads run on another.',
  sources: [
    { title: 'Linux: NUMA memory policy', ref: 'Documentation/admin-guide/mm/numa_memory_policy.rst' },
    { title: 'QEMU: host-nodes and policy', ref: 'backends/hostmem.c: host_memory_backend_memory_complete' },
  ],
  since: '0.1.0',
  check(context) {
    const { guest } = context;
    const run = guest.threads.cpuNodes;
    if (!isKnown(run)) return;
    const backings = ramBackings(guest);
    for (const backing of backings) reportBacking(context, backing, run);
    reportProcess(context, backings, run);
  },
});

/** The backings that hold guest RAM, each once. */
function ramBackings(guest: Guest): readonly Backing[] {
  const whole = guest.memory.whole.target;
  const ofNodes = guest.nodes.items.map(backingOf).filter((backing) => backing !== undefined);
  return [...new Set(whole.state === 'found' ? [whole.item, ...ofNodes] : ofNodes)];
}

const bindsItself = (backing: Backing): boolean => {
  const policy = effective(backing.policy);
  return policy === 'bind' || policy === 'preferred' || policy === 'interleave';
};

const plural = (nodes: IndexSet): string => (nodes.size === 1 ? `host node ${nodes}` : `host nodes ${nodes}`);

function reportBacking({ report }: GuestContext, backing: Backing, run: Known<IndexSet>): void {
  const { hostNodes } = backing;
  if (!isKnown(hostNodes) || !bindsItself(backing) || !hostNodes.value.intersect(run.value).isEmpty) return;
  const id = effective(backing.id);
  report({
    message:
      `Guest memory${id === undefined ? '' : ` ${id}`} is bound to ${plural(hostNodes.value)}, but all threads run on ` +
      `${plural(run.value)}: every access crosses between the nodes.`,
    at: hostNodes.span,
    about: backing,
    related: [{ span: run.span, message: `The threads are bound to ${plural(run.value)} here.` }],
    fixes: [
      {
        title: `Bind the memory to ${plural(run.value)}`,
        applicability: 'suggestion',
        changes: [{ op: 'set', entity: backing, field: 'hostNodes', to: run.value }],
      },
      ...replaceFix(`Run the threads on ${plural(hostNodes.value)}`, run, hostNodes.value),
    ],
  });
}

/** `numactl --membind` decides for all memory that no backend binds. */
function reportProcess(
  { guest, report }: GuestContext,
  backings: readonly Backing[],
  run: Known<IndexSet>,
): void {
  const memory = guest.threads.memoryNodes;
  if (!isKnown(memory) || !memory.value.intersect(run.value).isEmpty) return;
  if (
    isOpen(guest.memory.backings) ||
    (backings.length > 0 && backings.every((backing) => !follows(backing)))
  )
    return;
  report({
    message:
      `Memory is taken from ${plural(memory.value)}, but all threads run on ${plural(run.value)}: every access ` +
      'crosses between the nodes.',
    at: memory.span,
    about: guest,
    related: [{ span: run.span, message: `The threads are bound to ${plural(run.value)} here.` }],
    fixes: replaceFix(`Take the memory from ${plural(run.value)}`, memory, run.value),
  });
}

/** True for a backing that certainly has no policy of its own. */
const follows = (backing: Backing): boolean =>
  backing.policy.state === 'absent' || (isKnown(backing.policy) && backing.policy.value === 'default');

const replaceFix = (title: string, value: Known<IndexSet>, to: IndexSet) =>
  value.slot
    ? [
        {
          title,
          applicability: 'suggestion' as const,
          changes: [{ op: 'replace' as const, value, text: to.toString() }],
        },
      ]
    : [];
