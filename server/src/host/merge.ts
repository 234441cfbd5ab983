import type { HostFacts } from './facts.ts';
import type { HostProfile } from './profile.ts';

/** Two sources that say different things about the same fact. */
export interface Conflict {
  /** Where it stands in the profile, such as `nodes[1].memoryMiB` or `pci[0000:af:00.0].nodes`. */
  readonly field: string;
  readonly kept: { readonly source: string; readonly value: unknown };
  readonly dropped: { readonly source: string; readonly value: unknown };
}

type Fields = Record<string, unknown>;

/** What tells the items of a list apart. Lists that are not named here are values of their own. */
const IDENTITY: Readonly<Record<string, (item: Fields) => string>> = {
  nodes: (item) => `${item.id}`,
  cpus: (item) => `${item.id}`,
  pci: (item) => `${item.address}`,
  gpuLinks: (item) => [item.a, item.b].sort().join(' '),
  interconnects: (item) => `${item.from} to ${item.to}`,
  hugetlbfs: (item) => `${item.path}`,
  hugePages: (item) => `${item.sizeKiB}`,
  freePages: (item) => `${item.sizeKiB}`,
  bars: (item) => `${item.index}`,
};

/** Every source words these in its own way; the first wording is as good as any. */
const WORDING = new Set(['label', 'name', 'capturedAt']);

/**
 * Joins what several sources know: the first source that knows a fact is believed, later ones fill the gaps.
 * The profile is only as complete as its sources, so it may still have to be checked (see check.ts).
 * @returns the profile with nodes, CPUs and devices in order, and every fact on which sources disagree.
 */
export function merge(facts: readonly HostFacts[]): { profile: HostProfile; conflicts: Conflict[] } {
  const merger = new Merger();
  const merged: Fields = {};
  for (const { source, ...known } of facts) merger.into(merged, known, source, '');
  const sources = [...new Set(facts.map(({ source }) => source))];
  const { label, nodes, cpus, pci, ...rest } = merged;
  const profile = {
    schemaVersion: 1,
    ...(label === undefined ? {} : { label }),
    sources,
    ...rest,
    nodes: sorted(nodes).map((node) => ('cpus' in node ? node : { ...node, cpus: '' })),
    ...(cpus ? { cpus: sorted(cpus) } : {}),
    ...(pci ? { pci: sorted(pci) } : {}),
  };
  return { profile: profile as unknown as HostProfile, conflicts: merger.conflicts };
}

/** A line for people: `nodes[1].memoryMiB: kept 64000 (virsh capabilities), dropped 32000 (numactl -H)`. */
export const describeConflict = ({ field, kept, dropped }: Conflict): string =>
  `${field}: kept ${JSON.stringify(kept.value)} (${kept.source}), ` +
  `dropped ${JSON.stringify(dropped.value)} (${dropped.source})`;

const sorted = (list: unknown): Fields[] =>
  [...((list ?? []) as Fields[])].sort((a, b) =>
    typeof a.id === 'number' ? a.id - (b.id as number) : compare(String(a.address), String(b.address)),
  );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

class Merger {
  readonly conflicts: Conflict[] = [];
  /** Who said what, by field. */
  readonly #said = new Map<string, string>();

  into(target: Fields, known: object, source: string, field: string): void {
    for (const [key, value] of Object.entries(known)) {
      if (value === undefined) continue;
      const inner = field ? `${field}.${key}` : key;
      target[key] = this.#join(target[key], value, key, source, inner);
    }
  }

  #join(kept: unknown, value: unknown, key: string, source: string, field: string): unknown {
    const identity = IDENTITY[key];
    if (identity && isRecords(value)) return this.#joinList(kept, value, identity, source, field);
    if (isRecord(value)) {
      const target = isRecord(kept) ? kept : {};
      this.into(target, value, source, field);
      return target;
    }
    if (kept === undefined) {
      this.#said.set(field, source);
      return value;
    }
    if (!agree(kept, value, key, field)) {
      const by = this.#said.get(field)!;
      this.conflicts.push({
        field,
        kept: { source: by, value: kept },
        dropped: { source, value },
      });
    }
    return kept;
  }

  #joinList(
    kept: unknown,
    items: readonly Fields[],
    identity: (item: Fields) => string,
    source: string,
    field: string,
  ): Fields[] {
    const target = (kept ?? []) as Fields[];
    const byName = new Map(target.map((item) => [identity(item), item]));
    for (const item of items) {
      const name = identity(item);
      let own = byName.get(name);
      if (!own) {
        own = {};
        byName.set(name, own);
        target.push(own);
      }
      this.into(own, item, source, `${field}[${name}]`);
    }
    return target;
  }
}

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRecords = (value: unknown): value is Fields[] => Array.isArray(value) && value.every(isRecord);

function agree(kept: unknown, value: unknown, key: string, field: string): boolean {
  if (WORDING.has(key) || field.startsWith('volatile.')) return true;
  // What the kernel keeps for itself differs a little from one boot to the next.
  if (key === 'memoryMiB') return Math.abs(Number(kept) - Number(value)) <= Number(kept) / 100;
  // hwloc 2 does not tell the interface, the last two digits.
  if (key === 'class') return String(kept).slice(0, 4) === String(value).slice(0, 4);
  return JSON.stringify(kept) === JSON.stringify(value);
}
