import type { Backing } from '../guest/memory.ts';
import type { IoThreadPin, VcpuPin } from '../guest/threads.ts';
import type { Known } from '../guest/value.ts';
import type { Span } from '../text/span.ts';
import { IndexSet } from '../values/indexSet.ts';

/** Something that is known, and where it is written: in the document, or in a field of the host's profile. */
export type Fact =
  | { readonly text: string; readonly span: Span; readonly pinned?: Pinned }
  | { readonly text: string; readonly field: string };

/** The pin of a single vCPU, so that those of many that go to the same host nodes can be told as one. */
export interface Pinned {
  readonly vcpu: number;
  readonly cpus: IndexSet;
  readonly nodes: IndexSet;
}

/** The value that keeps threads or memory where they are, and what has it. */
export type Keeper =
  | { readonly kind: 'pin'; readonly pin: VcpuPin | IoThreadPin; readonly value: Known<IndexSet> }
  /** A list of CPUs for all threads that have no pin: `taskset -c`, `<vcpu cpuset=>`. */
  | { readonly kind: 'cpus'; readonly value: Known<IndexSet> }
  /** `numactl --cpunodebind`. */
  | { readonly kind: 'cpu-nodes'; readonly value: Known<IndexSet> }
  | { readonly kind: 'emulator'; readonly value: Known<IndexSet> }
  | { readonly kind: 'backing'; readonly backing: Backing; readonly value: Known<IndexSet> }
  /** `numactl --membind`. */
  | { readonly kind: 'memory-nodes'; readonly value: Known<IndexSet> };

/** Kept on some host nodes. */
export interface Kept {
  readonly state: 'kept';
  /** Never empty. */
  readonly nodes: IndexSet;
  readonly keepers: readonly Keeper[];
  readonly facts: readonly Fact[];
  /** What could make this wrong all the same. */
  readonly doubts: readonly string[];
}

/** Which host nodes threads may run on, or memory may come from. Free is what nothing keeps anywhere. */
export type Place = Kept | { readonly state: 'free' } | { readonly state: 'unknown' };

export const FREE: Place = { state: 'free' };
export const UNKNOWN: Place = { state: 'unknown' };

export const isKept = (place: Place): place is Kept => place.state === 'kept';

/** A place, or unknown where no node of the host is left: what names none of them is another rule's matter. */
export const keptOn = (nodes: IndexSet, rest: Omit<Kept, 'state' | 'nodes'>): Place =>
  nodes.isEmpty ? UNKNOWN : { state: 'kept', nodes, ...rest };

/** Where several things may be that are looked at as one: unknown or free as soon as one of them is. */
export function together(places: readonly Place[]): Place {
  if (places.length === 0 || places.some(({ state }) => state === 'unknown')) return UNKNOWN;
  const kept = places.filter(isKept);
  if (kept.length < places.length) return FREE;
  return {
    state: 'kept',
    nodes: IndexSet.unionOf(kept.map(({ nodes }) => nodes)),
    keepers: [...new Set(kept.flatMap(({ keepers }) => keepers))],
    facts: distinct(kept.flatMap(({ facts }) => facts)),
    doubts: [...new Set(kept.flatMap(({ doubts }) => doubts))],
  };
}

/** Facts, each once. */
export const distinct = (facts: readonly Fact[]): Fact[] => [
  ...new Map(
    facts.map((fact) => [`${fact.text}\0${'span' in fact ? fact.span.start : fact.field}`, fact]),
  ).values(),
];
