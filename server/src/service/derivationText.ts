import type { Fact } from '../placement/place.ts';
import { INVARIANTS, type Verdict } from '../placement/verdict.ts';
import type { Derivation } from './derive.ts';

/** A derivation in sentences; what they rest on stands beside them. */
export interface DerivationText {
  readonly title: string;
  readonly facts: readonly Fact[];
  /** What could make it wrong. */
  readonly doubts: readonly string[];
  readonly cost: string | undefined;
}

/** The label that keeps the number from being taken for a measurement. */
const LABEL = "the firmware's relative distance, 1.0 where all is local; no measured latency";

/** What a verdict says, what it follows from, and what it costs. */
export function describeDerivation({ verdict, cost, fixed }: Derivation): DerivationText {
  const holds = verdict.holds ? 'This holds here' : 'This does not hold here';
  return {
    title: `${INVARIANTS[verdict.invariant]} ${holds}: ${about(verdict)}.`,
    facts: verdict.facts,
    doubts: verdict.doubts,
    cost: cost === undefined ? undefined : describeCost(cost, fixed),
  };
}

function describeCost(cost: number, fixed: Derivation['fixed']): string {
  const after = fixed?.cost === undefined ? '' : `, and ${fixed.cost.toFixed(1)} after "${fixed.title}"`;
  return `Distance ${cost.toFixed(1)}${after} (${LABEL}).`;
}

/** What the verdict is about: `GPU 0000:af:00.0 and guest node 0`. */
function about({ devices, groups }: Verdict): string {
  const names = [...devices.map(({ name }) => name), ...groups.map(({ name }) => name)];
  if (names.length < 2) return names.join('') || 'the guest';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
