import { isAbsent, isKnown, type Known } from '../guest/value.ts';
import { isKept } from './place.ts';
import { type Group, groupNumber, type Placement } from './placement.ts';
import type { Verdict } from './verdict.ts';

/** A distance between two guest nodes. */
interface Written {
  readonly from: Group;
  readonly to: Group;
  readonly value: Known<number>;
  /** What the host has between the two. */
  readonly real: number;
}

/** A verdict on all distances together. */
export interface DistanceVerdict extends Verdict {
  /** The two distances that stand the wrong way round. */
  readonly wrong: readonly [Written, Written] | undefined;
  /** All that are written. */
  readonly written: readonly Written[];
}

/** Are the distances that are written in the order of those between the host nodes? */
export function distancesInOrder({ groups, guest, host }: Placement): DistanceVerdict[] {
  if (!host || groups.length < 3) return [];
  const written = guest.distances.items.flatMap(({ from, to, value }): Written[] => {
    const find = (id: typeof from.id): Group | undefined => {
      const number = isKnown(id) ? id.value : isAbsent(id) ? id.default : undefined;
      return groups.find((group) => number !== undefined && groupNumber(group) === number);
    };
    const [a, b] = [find(from.id), find(to.id)];
    const real = a && b && homeOf(a) !== undefined && homeOf(b) !== undefined;
    const distance = real ? host.distance(homeOf(a)!, homeOf(b)!) : undefined;
    return a && b && distance !== undefined && isKnown(value)
      ? [{ from: a, to: b, value, real: distance }]
      : [];
  });
  if (written.length < 2) return [];
  const wrong = written.flatMap((one) =>
    written
      .filter(
        (other) => one.from === other.from && one.value.value < other.value.value && one.real > other.real,
      )
      .map((other) => [one, other] as const),
  )[0];
  const shown = wrong ?? [written[0]!, written[1]!];
  return [
    {
      invariant: 'distances-in-order',
      holds: wrong === undefined,
      devices: [],
      groups,
      facts: shown.flatMap(({ from, to, value, real }) => [
        { text: `The guest is told ${value.value} from ${from.name} to ${to.name}.`, span: value.span },
        {
          text: `From host node ${homeOf(from)} to ${homeOf(to)} it is ${real}.`,
          field: `nodes[${homeOf(from)}].distances["${homeOf(to)}"]`,
        },
      ]),
      doubts: ['Distances are what the firmware says, not what was measured.'],
      reach: undefined,
      wrong,
      written,
    },
  ];
}

/** The host node of a group that is on one. */
const homeOf = ({ memory }: Group): number | undefined =>
  isKept(memory) && memory.nodes.size === 1 ? memory.nodes.max : undefined;
