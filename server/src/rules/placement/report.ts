import type { Change } from '../../dialects/change.ts';
import type { DevicePlace } from '../../placement/devices.ts';
import type { Fact, Pinned } from '../../placement/place.ts';
import type { Verdict } from '../../placement/verdict.ts';
import { nameHostCpus, nameVcpus } from '../../placement/wording.ts';
import type { Span } from '../../text/span.ts';
import { groupBy } from '../../values/groupBy.ts';
import { IndexSet } from '../../values/indexSet.ts';
import type { Fix, Related, Report } from '../define.ts';

/** The parts of a report that follow from its verdict: all places that contribute to it, and the proof. */
export function fromVerdict(verdict: Verdict, at: Span): Pick<Report, 'related' | 'proof'> {
  const related = new Map<number, Related>();
  for (const fact of withoutFlood(verdict.facts)) {
    if (!('span' in fact) || (fact.span.start <= at.start && at.end <= fact.span.end)) continue;
    related.set(fact.span.start, { span: fact.span, message: fact.text });
  }
  return { related: [...related.values()], proof: verdict };
}

type PinFact = Extract<Fact, { readonly span: Span }> & { readonly pinned: Pinned };

const isPin = (fact: Fact): fact is PinFact => 'span' in fact && fact.pinned !== undefined;

/** Pins to the same host nodes that are told one by one. */
const FEW_PINS = 8;

/** Pins of many vCPUs that go to the same host nodes become one fact, at the first of them. */
function withoutFlood(facts: readonly Fact[]): Fact[] {
  const alike = groupBy(facts.filter(isPin), ({ pinned }) => pinned.nodes.toString());
  return facts.flatMap((fact): Fact[] => {
    const same = isPin(fact) ? alike.get(fact.pinned.nodes.toString())! : [];
    if (same.length <= FEW_PINS) return [fact];
    if (fact !== same[0]) return [];
    const vcpus = nameVcpus(IndexSet.from(same.map(({ pinned }) => pinned.vcpu)));
    const cpus = nameHostCpus(IndexSet.of(same.flatMap(({ pinned }) => pinned.cpus.ranges)));
    return [{ ...fact, text: `${vcpus} may only run on ${cpus}.` }];
  });
}

/** A fix, where there are changes for it. */
export const suggestion = (title: string, changes: readonly Change[] | undefined): Fix[] =>
  changes && changes.length > 0 ? [{ title, applicability: 'suggestion', changes }] : [];

/** `GPU 0000:af:00.0 is`, `GPUs 0000:af:00.0 and 0000:d8:00.0 are`. */
export function areDevices(devices: readonly DevicePlace[]): string {
  const names = devices.map(({ name }) => name);
  if (names.length === 1) return `${names[0]} is`;
  const [kind] = names[0]!.split(/ (?=\S+$)/);
  const same = names.every((name) => name.startsWith(`${kind} `));
  const addresses = same ? names.map((name) => name.slice(kind!.length + 1)) : names;
  const list = `${addresses.slice(0, -1).join(', ')} and ${addresses.at(-1)}`;
  return `${same ? `${kind}s ` : ''}${list} are`;
}

/** What matters for GPUs is worth less for devices that move less. */
export const severityFor = (devices: readonly DevicePlace[]): Pick<Report, 'severity'> =>
  devices.some(({ heavy }) => heavy) ? {} : { severity: 'information' };
