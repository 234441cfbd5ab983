import type { Change } from '../../dialects/change.ts';
import type { DevicePlace } from '../../placement/devices.ts';
import type { Verdict } from '../../placement/verdict.ts';
import type { Span } from '../../text/span.ts';
import type { Fix, Related, Report } from '../define.ts';

/** The parts of a report that follow from its verdict: all places that contribute to it, and the proof. */
export function fromVerdict(verdict: Verdict, at: Span): Pick<Report, 'related' | 'proof'> {
  const related = new Map<number, Related>();
  for (const fact of verdict.facts) {
    if (!('span' in fact) || (fact.span.start <= at.start && at.end <= fact.span.end)) continue;
    related.set(fact.span.start, { span: fact.span, message: fact.text });
  }
  return { related: [...related.values()], proof: verdict };
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
