import { IndexSet } from '../values/indexSet.ts';
import { type Contradiction, repeated, setOf } from './contradiction.ts';
import type { HostProfile } from './profile.ts';

const BACKWARDS = 'A range of CPUs goes from the lower number to the higher one.';

/** The form of a profile says how a list of CPUs is written, not that its ranges go forwards. */
export function* checkRanges(profile: HostProfile): Generator<Contradiction> {
  for (const key of ['isolatedCpus', 'offlineCpus'] as const) {
    if (isBackwards(profile[key])) yield { path: [key], message: BACKWARDS };
  }
  for (const [index, { cpus }] of profile.nodes.entries()) {
    if (isBackwards(cpus)) yield { path: ['nodes', index, 'cpus'], message: BACKWARDS };
  }
  for (const [index, { siblings }] of (profile.cpus ?? []).entries()) {
    if (isBackwards(siblings)) yield { path: ['cpus', index, 'siblings'], message: BACKWARDS };
  }
}

const isBackwards = (list: string | undefined): boolean =>
  list?.includes('-') === true &&
  list.split(',').some((part) => {
    const [low, high = low] = part.split('-').map(Number);
    return high! < low!;
  });

/** The CPUs of the machine: each once, each in a node, and siblings that agree on who they are. */
export function* checkCpus({ nodes, cpus = [] }: HostProfile): Generator<Contradiction> {
  for (const [index, id] of repeated(cpus, (cpu) => cpu.id)) {
    yield { path: ['cpus', index, 'id'], message: `CPU ${id} stands here twice: remove one of the two.` };
  }
  const online = IndexSet.of(nodes.flatMap((node) => setOf(node.cpus).ranges));
  const siblingsOf = new Map(cpus.map((cpu) => [cpu.id, cpu.siblings]));
  for (const [index, { id, siblings }] of cpus.entries()) {
    if (!online.has(id)) {
      const message = `CPU ${id} is in no node: add it to the "cpus" of a node, or remove it.`;
      yield { path: ['cpus', index, 'id'], message };
    }
    const message = siblings === undefined ? undefined : disagreement(id, siblings, siblingsOf);
    if (message !== undefined) yield { path: ['cpus', index, 'siblings'], message };
  }
}

function disagreement(
  id: number,
  siblings: string,
  siblingsOf: ReadonlyMap<number, string | undefined>,
): string | undefined {
  const members = membersOf(siblings);
  if (!members.includes(id)) return `The siblings of CPU ${id} do not name CPU ${id} itself: add it.`;
  for (const other of members) {
    const theirs = siblingsOf.get(other);
    // All threads of a core mostly write it alike.
    if (theirs === undefined || theirs === siblings) continue;
    const their = setOf(theirs);
    // Where both name each other it is said once, of the later of the two.
    if (their.equals(setOf(siblings)) || (other > id && their.has(id))) continue;
    return `CPU ${id} names CPU ${other} as a sibling, and CPU ${other} has the siblings "${theirs}": all CPUs of a core have the same list.`;
  }
  return undefined;
}

/** The CPUs of a list. There is one list for each CPU, so it is read without building a set. */
function membersOf(list: string): number[] {
  const members: number[] = [];
  for (const part of list === '' ? [] : list.split(',')) {
    const dash = part.indexOf('-');
    const high = Number(part.slice(dash + 1));
    for (let cpu = dash < 0 ? high : Number(part.slice(0, dash)); cpu <= high; cpu++) members.push(cpu);
  }
  return members;
}
