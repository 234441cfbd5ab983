import { CannotWrite, type Change } from '../dialects/change.ts';
import type { Subject } from '../dialects/document.ts';
import { write } from '../dialects/write.ts';
import { rules } from '../generated/rules.ts';
import type { DevicePlace } from '../placement/devices.ts';
import { groupNumber, onlyGroup, type Placement, placementOf } from '../placement/placement.ts';
import { groupNear } from '../placement/verdict.ts';
import { placeNear } from '../rules/affinity/placement.ts';
import { bindEverything } from '../rules/placement/bindEverything.ts';
import { diffEdits } from '../text/diff.ts';
import { applyEdits, EditsOverlap, type TextEdit } from '../text/edit.ts';
import { type Range, touches } from '../text/span.ts';
import { type Analysis, analyze } from './analyze.ts';
import type { Finding } from './finding.ts';
import { resolveFixes } from './fixes.ts';
import { planMirror, writeMirror } from './mirror.ts';

/** What can be done about where a whole guest is on its host. */
export type PlacementWork =
  | { readonly work: 'repair-placement'; readonly subject: number }
  /** `device`: the address on the host of the device whose node everything goes to. */
  | { readonly work: 'bind-to-device'; readonly subject: number; readonly device: string }
  | { readonly work: 'mirror-host'; readonly subject: number };

export interface PlacementOffer {
  readonly title: string;
  readonly work: PlacementWork;
}

/** More rounds than any placement needs; a bound against fixes that undo each other. */
const MAX_ROUNDS = 24;

const PLACEMENT: ReadonlySet<string> = new Set([
  ...rules.filter(({ topic }) => topic === 'placement').map(({ name }) => name),
  'gpu-no-guest-affinity',
  'multi-gpu-collapsed-on-one-root',
]);

/** The findings about where a guest is, of one guest or of all. */
export const placementFindings = (analysis: Analysis, subject?: Subject): Finding[] =>
  analysis.findings.filter(
    (finding) => PLACEMENT.has(finding.rule) && (!subject || finding.subject === subject),
  );

/** What is offered for the guests that a range touches; cheap enough for every move of the cursor. */
export function offerPlacement(analysis: Analysis, range: Range): PlacementOffer[] {
  const { document, settings } = analysis;
  const { host } = settings;
  // In a document that carries others, places of the guest are not those of the text.
  if (!host || analysis.parts) return [];
  return document.subjects.flatMap((subject, index): PlacementOffer[] => {
    const { guest } = subject.variants[0]!;
    if (!touches(guest.extent, range)) return [];
    const findings = placementFindings(analysis, subject).filter(({ fixes }) => fixes.length > 0);
    const repairs: PlacementOffer[] =
      findings.length > 0
        ? [{ title: 'Repair placement', work: { work: 'repair-placement', subject: index } }]
        : [];
    const devices = placementOf(guest, host).devices.filter(
      (device) => isPlaced(device) && touches(device.device.span, range),
    );
    const mirror = planMirror(placementOf(guest, host), settings.target);
    const mirrors: PlacementOffer[] = mirror
      ? [
          {
            title: `Mirror host nodes ${mirror.nodes.map(({ hostNode }) => hostNode).join(', ')} in the guest`,
            work: { work: 'mirror-host', subject: index },
          },
        ]
      : [];
    return [
      ...repairs,
      ...mirrors,
      ...devices.map(({ onHost, nodes }) => ({
        title: `Bind everything to host node ${[...nodes!][0]}, where ${onHost.address} is`,
        work: { work: 'bind-to-device' as const, subject: index, device: onHost.address },
      })),
    ];
  });
}

/** GPUs and accelerators whose node is known. */
const isPlaced = ({ heavy, nodes }: DevicePlace): boolean => heavy && nodes !== undefined;

/**
 * Does what was offered, and mends what is left to be mended about the placement of the guest.
 * @returns the edits of the text; empty where it cannot be done.
 */
export function doPlacement(analysis: Analysis, work: PlacementWork): TextEdit[] {
  const start = begun(analysis, work);
  if (!start) return [];
  const end = mended(start, work.subject);
  return diffEdits(analysis.document.text, end.document.text);
}

/** The text with the work's own changes in it, before the repair. */
function begun(analysis: Analysis, work: PlacementWork): Analysis | undefined {
  if (work.work === 'repair-placement') return analysis;
  const variant = analysis.document.subjects[work.subject]?.variants[0];
  const { host, target } = analysis.settings;
  if (!variant || !host) return undefined;
  const placement = placementOf(variant.guest, host);
  if (work.work === 'bind-to-device') return bound(analysis, placement, work.subject, work.device);
  const mirror = planMirror(placement, target);
  return mirror && changed(analysis, work.subject, () => writeMirror(mirror, variant, placement));
}

/** The text with everything on the node of a device. */
function bound(
  analysis: Analysis,
  placement: Placement,
  index: number,
  address: string,
): Analysis | undefined {
  const device = placement.devices.find(({ onHost }) => onHost.address === address);
  const changes = device && bindEverything(placement, device);
  if (!changes) return undefined;
  if (changes.length === 0) return onlyGroup(placement) ? analysis : undefined;
  return changed(analysis, index, () => changes);
}

function changed(
  analysis: Analysis,
  index: number,
  propose: () => readonly Change[] | undefined,
): Analysis | undefined {
  try {
    const changes = propose();
    if (!changes) return undefined;
    const edits = write(analysis.document, analysis.document.subjects[index]!.variants[0], changes);
    return withEdits(analysis, edits);
  } catch (error) {
    if (error instanceof CannotWrite || error instanceof EditsOverlap) return undefined;
    throw error;
  }
}

const withEdits = (analysis: Analysis, edits: readonly TextEdit[]): Analysis | undefined =>
  analyze({ ...analysis.source, text: applyEdits(analysis.document.text, edits) }, analysis.settings);

/**
 * Applies fixes of findings about placement as long as they lead to fewer of them. One that leads to as many, as where a
 * guest node has moved and its device is still to follow, counts where the next ones do.
 */
function mended(analysis: Analysis, subject: number): Analysis {
  const seen = new Set([analysis.document.text]);
  let at = analysis;
  let best = analysis;
  for (let round = 0; round < MAX_ROUNDS && countIn(at, subject) > 0; round++) {
    const next = step(at, subject, seen) ?? attached(at, subject);
    if (!next) break;
    seen.add(next.document.text);
    at = next;
    if (countIn(at, subject) < countIn(best, subject)) best = at;
  }
  return best;
}

/** The text with one more device below a root of the guest node that it is near to, where no fix can say that. */
function attached(analysis: Analysis, index: number): Analysis | undefined {
  const { guest } = analysis.document.subjects[index]?.variants[0] ?? {};
  const { host } = analysis.settings;
  if (!guest || !host) return undefined;
  const placement = placementOf(guest, host);
  for (const { device, nodes, heavy, affinity } of placement.devices) {
    if (!heavy || !nodes || affinity !== 'none' || placement.groups.length < 2) continue;
    const near = groupNear(nodes, placement);
    const number = near && groupNumber(near);
    if (number === undefined) continue;
    const next = changed(analysis, index, () => placeNear(guest, device, number));
    if (next) return next;
  }
  return undefined;
}

const countIn = (analysis: Analysis, subject: number): number =>
  placementFindings(analysis, analysis.document.subjects[subject]).length;

/** The best text that one fix leads to, if it is no worse. */
function step(analysis: Analysis, subject: number, seen: ReadonlySet<string>): Analysis | undefined {
  let best: Analysis | undefined;
  for (const finding of placementFindings(analysis, analysis.document.subjects[subject])) {
    for (const { edits } of resolveFixes(analysis, finding)) {
      const next = withEdits(analysis, edits);
      if (!next || seen.has(next.document.text)) continue;
      if (countIn(next, subject) < countIn(best ?? analysis, subject)) best = next;
      else if (!best && countIn(next, subject) === countIn(analysis, subject)) best = next;
    }
  }
  return best;
}
