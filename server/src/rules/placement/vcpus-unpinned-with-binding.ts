import type { Change } from '../../dialects/change.ts';
import { cpuNodes, nearTo } from '../../placement/hostFacts.ts';
import { isKept, type Place } from '../../placement/place.ts';
import { type Group, type Placement, placementOf } from '../../placement/placement.ts';
import { factsOf } from '../../placement/verdict.ts';
import { nameHostNodes } from '../../placement/wording.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix, type Related } from '../define.ts';
import { suggestion } from './report.ts';
import { moveThreads } from './settle.ts';

export default defineRule({
  name: 'vcpus-unpinned-with-binding',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'warning',
  summary: 'Guest memory is bound to host nodes, and its vCPUs may run anywhere.',
  sources: [
    { title: 'libvirt: CPU Tuning', ref: 'docs/formatdomain.rst: cputune, vcpupin' },
    { title: 'QEMU: threads of vCPUs', ref: 'qapi/machine.json: query-cpus-fast' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const placement = placementOf(guest, host);
    const [first, ...others] = placement.groups.filter((group) => roams(placement, group));
    if (!first || !isKept(first.memory)) return;
    const qemu = guest.dialect === 'qemu';
    const homes = IndexSet.of([first, ...others].flatMap((group) => homeOf(placement, group).ranges));
    const able = cpuNodes(host);
    const wide = able.subtract(homes).isEmpty;
    const { threads } = first;
    // Kept on the host nodes of the memory: a command line has no words for more.
    if (qemu && isKept(threads) && threads.nodes.subtract(homes).isEmpty) return;
    const nodes = isKept(threads) ? threads.nodes : able;
    const [at, ...more] = [first, ...others].flatMap(({ memory }) =>
      isKept(memory) ? memory.keepers.map(({ value }) => value.span) : [],
    );
    const remedy =
      qemu && wide
        ? ' QEMU cannot pin its vCPUs itself: pin the threads that query-cpus-fast names once it runs.'
        : '';
    report({
      message:
        `The memory is bound to ${nameHostNodes(homes)}, but ${wide ? 'each of the vCPUs' : 'the vCPUs'} may run on ` +
        `${nameHostNodes(nodes)}: whenever the host moves one to another node, its memory is far.${remedy}`,
      at: at!,
      about: [first, ...others].flatMap((group) => group.about),
      ...(qemu && wide ? { severity: 'information' } : {}),
      related: [
        ...more
          .filter(
            ({ start }, i) => start !== at!.start && more.findIndex((span) => span.start === start) === i,
          )
          .map((span) => ({ span, message: 'This memory is bound, too.' })),
        ...placesOf(threads),
      ],
      fixes: fixesFor(placement, [first, ...others], homes, wide),
    });
  },
});

/** What keeps the threads, though not near the memory alone. */
const placesOf = (threads: Place): Related[] =>
  factsOf(threads).flatMap((fact) => ('span' in fact ? [{ span: fact.span, message: fact.text }] : []));

const homeOf = ({ host }: Placement, { memory }: Group): IndexSet =>
  isKept(memory) ? nearTo(memory.nodes, host) : IndexSet.empty;

/** Bound memory on some nodes, and vCPUs without pins that may run elsewhere. */
function roams(placement: Placement, group: Group): boolean {
  const { memory, threads, vcpus } = group;
  const { host } = placement;
  if (!host || !vcpus || vcpus.isEmpty || !isKept(memory)) return false;
  if (!memory.keepers.some(({ kind }) => kind === 'backing')) return false;
  const home = homeOf(placement, group);
  if (threads.state === 'free') return !cpuNodes(host).subtract(home).isEmpty;
  if (!isKept(threads) || threads.keepers.some(({ kind }) => kind === 'pin')) return false;
  // Where the two are apart altogether, they disagree.
  return !threads.nodes.subtract(home).isEmpty && !threads.nodes.intersect(home).isEmpty;
}

function fixesFor(placement: Placement, groups: readonly Group[], homes: IndexSet, wide: boolean): Fix[] {
  const { guest } = placement;
  if (guest.dialect === 'qemu') {
    const [first] = groups;
    if (wide || !first) return [];
    const [node] = homeOf(placement, first);
    if (isKept(first.threads) && node !== undefined)
      return suggestion(`Run QEMU on ${nameHostNodes(homes)}`, moveThreads(placement, first, node, {}));
    return suggestion(`Run QEMU on ${nameHostNodes(homes)}`, [
      { op: 'set', entity: guest.threads, field: 'cpuNodes', to: homes },
    ]);
  }
  let taken = IndexSet.empty;
  const changes: Change[] = [];
  for (const group of groups) {
    const [node] = homeOf(placement, group);
    const moved =
      node === undefined ? undefined : moveThreads(placement, group, node, { pinFree: true, taken });
    if (!moved) return [];
    changes.push(...moved);
    taken = taken.union(IndexSet.of(moved.flatMap(pinnedBy)));
  }
  return suggestion('Pin the vCPUs near their memory', changes);
}

const pinnedBy = (change: Change): IndexSet['ranges'] =>
  change.op === 'set' && change.field === 'vcpuPins'
    ? [...change.to.values()].flatMap(({ ranges }) => ranges)
    : [];
