import { rules } from '../generated/rules.ts';
import type { Host } from '../host/host.ts';
import type { Related, Rule } from '../rules/define.ts';
import { roomOn } from '../rules/memory/hostPages.ts';
import { nameHostCpus } from '../rules/pinning/wording.ts';
import type { Span } from '../text/span.ts';
import { type Bytes, formatBytes } from '../values/byteSize.ts';
import { IndexSet } from '../values/indexSet.ts';
import type { Analysis } from './analyze.ts';
import { type Bound, type Claims, claimsOf } from './claims.ts';
import type { Finding } from './finding.ts';
import { severityUnder } from './settings.ts';
import { applySuppressions } from './suppressions.ts';

/**
 * What guests of one host claim that only one of them can have, or that is not enough for all. A finding stands in the
 * file of the later claim. Guests of one file are mostly ways to start one machine, so only files are compared, and
 * guests of one name are one guest.
 * @param analyses of one run, in the order of the files; those are compared whose settings have the same host.
 */
export function findClaimedTwice(analyses: readonly Analysis[]): ReadonlyMap<Analysis, readonly Finding[]> {
  const rule = rules.find(({ reads }) => reads === 'guests');
  const hosts = new Set(analyses.flatMap(({ settings: { host } }) => host ?? []));
  return new Map(
    [...hosts].flatMap((host) => {
      const onHost = analyses.filter(({ settings }) => settings.host === host);
      return rule ? [...findOnHost(rule, host, onHost)] : [];
    }),
  );
}

function findOnHost(
  rule: Rule,
  host: Host,
  analyses: readonly Analysis[],
): ReadonlyMap<Analysis, readonly Finding[]> {
  const all = analyses.flatMap((analysis) => claimsOf(analysis, host));
  const found = new Map<Analysis, Finding[]>();
  const report = (claims: Claims, span: Span, message: string, related: readonly Related[]): void => {
    const { settings, document } = claims.analysis;
    const severity = severityUnder(settings, rule);
    if (severity === 'off') return;
    const { name: guest, subject } = claims;
    const { dialect } = document;
    const about = { rule: rule.name, dialect, guest, severity, message, tags: [], span, related, fixes: [] };
    const own = found.get(claims.analysis) ?? [];
    found.set(claims.analysis, own);
    own.push({ ...about, subject, variant: undefined });
  };
  compareCpus(all, report);
  compareDevices(all, report);
  addMemory(all, host, report);
  return new Map(
    [...found].map(([analysis, own]) => [analysis, applySuppressions(analysis.document, own).shown]),
  );
}

type ReportClaim = (claims: Claims, span: Span, message: string, related: readonly Related[]) => void;

/** The guests of files before, that are not the same one. */
const before = (all: readonly Claims[], later: Claims): Claims[] =>
  all
    .slice(0, all.indexOf(later))
    .filter(
      ({ analysis, name }) => analysis !== later.analysis && (name === undefined || name !== later.name),
    );

function compareCpus(all: readonly Claims[], report: ReportClaim): void {
  for (const later of all) {
    let left = IndexSet.from(later.cpus.keys());
    for (const earlier of before(all, later)) {
      const both = left.intersect(IndexSet.from(earlier.cpus.keys()));
      const [first] = both;
      if (first === undefined) continue;
      left = left.subtract(both);
      const message =
        `${nameHostCpus(both).replace('host', 'Host')} ${both.size === 1 ? 'is' : 'are'} given to vCPUs of ${earlier.called}, too: ` +
        'while both guests run, they take turns there.';
      const related = [{ span: earlier.cpus.get(first)!, message: 'It is pinned there here.' }];
      report(later, later.cpus.get(first)!, message, related);
    }
  }
}

function compareDevices(all: readonly Claims[], report: ReportClaim): void {
  for (const later of all) {
    for (const [device, span] of later.devices) {
      const earlier = before(all, later).find(({ devices }) => devices.has(device));
      if (!earlier) continue;
      const message = `Device ${device} is handed to ${earlier.called}, too: only one of the two can run at a time.`;
      report(later, span, message, [
        { span: earlier.devices.get(device)!, message: 'It is handed over here.' },
      ]);
    }
  }
}

/** Adds up, file by file, what is bound to a node; of the guests of one file the largest counts. */
function addMemory(all: readonly Claims[], host: Host, report: ReportClaim): void {
  const kinds = new Map(all.flatMap(({ memory }) => memory).map((bound) => [kindOf(bound), bound]));
  for (const [kind, { node, page }] of kinds) {
    const room = roomOn(host, node, page);
    if (room === undefined) continue;
    const asking = largest(all, kind).filter(({ size }) => size <= room);
    let sum = 0n;
    for (const [i, { claims, size, at }] of asking.entries()) {
      sum += size;
      if (sum <= room) continue;
      const pages = page === undefined ? 'memory' : `huge pages of ${formatBytes(page)}`;
      const message =
        `With the guests of the files before, ${formatBytes(sum)} in ${pages} are bound to host node ${node}, which has ` +
        `${formatBytes(room)}: they cannot all run at once.`;
      const related = asking.slice(0, i).map((other) => ({
        span: other.at,
        message: `${formatBytes(other.size)} of them go to ${other.claims.called}.`,
      }));
      report(claims, at, message, related);
      break;
    }
  }
}

const kindOf = ({ node, page }: Bound): string => `${node} ${page ?? ''}`;

function largest(all: readonly Claims[], kind: string): { claims: Claims; size: Bytes; at: Span }[] {
  const byGuest = new Map<Analysis, { claims: Claims; size: Bytes; at: Span }>();
  for (const claims of all) {
    const own = claims.memory.filter((bound) => kindOf(bound) === kind);
    const size = own.reduce((sum, bound) => sum + bound.size, 0n);
    const [first] = own;
    const known = [...byGuest].find(
      ([, other]) =>
        other.claims.analysis === claims.analysis ||
        (claims.name !== undefined && other.claims.name === claims.name),
    );
    if (!first || (known && known[1].size >= size)) continue;
    byGuest.set(known?.[0] ?? claims.analysis, { claims, size, at: first.at });
  }
  return [...byGuest.values()];
}
