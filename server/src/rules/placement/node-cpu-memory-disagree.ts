import { isKnown } from '../../guest/value.ts';
import { type GroupVerdict, vcpusNearMemory } from '../../placement/groupVerdicts.ts';
import { nearTo } from '../../placement/hostFacts.ts';
import { isKept, type Kept } from '../../placement/place.ts';
import { type Placement, placementOf } from '../../placement/placement.ts';
import { capital, nameHostNodes } from '../../placement/wording.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';
import { fromVerdict, suggestion } from './report.ts';
import { moveMemory, settle } from './settle.ts';

export default defineRule({
  name: 'node-cpu-memory-disagree',
  reads: 'guest',
  topic: 'placement',
  severity: 'warning',
  summary: 'Guest memory is bound to one host node while its vCPUs run on another.',
  explains: ['vcpus-unpinned-with-binding', 'prealloc-without-binding', 'numatune-nodeset-wider-than-needed'],
  sources: [
    { title: 'Linux: NUMA memory policy', ref: 'Documentation/admin-guide/mm/numa_memory_policy.rst' },
    { title: 'QEMU: host-nodes and policy', ref: 'backends/hostmem.c: host_memory_backend_memory_complete' },
  ],
  since: '0.1.0',
  check(context) {
    // Without a host only a list of nodes tells on which of them threads run, as that of numactl does.
    if (!context.host && !isKnown(context.guest.threads.cpuNodes)) return;
    const placement = placementOf(context.guest, context.host);
    const verdicts = vcpusNearMemory(placement).filter(({ holds }) => !holds);
    // Memory that one place binds for all guest nodes, and threads that one place keeps, disagree once.
    const said = new Set<string>();
    for (const verdict of verdicts) {
      const [{ memory, threads }] = verdict.groups;
      if (!isKept(memory) || !isKept(threads)) continue;
      const key = `${memory.keepers[0]!.value.span.start} ${threads.nodes}`;
      if (!said.has(key)) reportOne(context, placement, verdict, memory, threads);
      said.add(key);
    }
  },
});

function reportOne(
  { report }: GuestContext,
  placement: Placement,
  verdict: GroupVerdict,
  memory: Kept,
  threads: Kept,
): void {
  const [group] = verdict.groups;
  const [keeper] = memory.keepers;
  const { span } = keeper!.value;
  const ofAll = threads.keepers.every(({ kind }) => kind === 'cpus' || kind === 'cpu-nodes');
  const what = group.node ? `The memory of ${group.name}` : 'Guest memory';
  const whose = ofAll ? 'all threads' : group.node ? 'its vCPUs' : 'the vCPUs';
  report({
    message:
      `${capital(what)} ${keeper!.kind === 'backing' ? 'is bound to' : 'is taken from'} ${nameHostNodes(memory.nodes)}, ` +
      `but ${whose} run on ${nameHostNodes(threads.nodes)}: every access crosses between the nodes.`,
    at: span,
    about: group.about,
    ...fromVerdict(verdict, span),
    fixes: fixesFor(placement, verdict, memory, threads),
  });
}

/** The memory goes to the vCPUs, or the vCPUs to the memory. */
function fixesFor(
  placement: Placement,
  { groups: [group] }: GroupVerdict,
  memory: Kept,
  threads: Kept,
): Fix[] {
  const title = `Bind the memory to ${nameHostNodes(threads.nodes)}`;
  const moved = suggestion(title, moveMemory(placement, group, threads.nodes));
  const near = nearTo(memory.nodes, placement.host);
  const [node] = near;
  const run = `Run the threads on ${nameHostNodes(near)}`;
  if (!placement.host) {
    const { value } = threads.keepers[0]!;
    const changes = value.slot ? ([{ op: 'replace', value, text: near.toString() }] as const) : undefined;
    return [...moved, ...suggestion(run, changes)];
  }
  if (near.size !== 1 || node === undefined || memory.nodes.size !== 1) return moved;
  return [...moved, ...suggestion(run, settle(placement, group, node))];
}
