import type { Variant } from '../../dialects/document.ts';
import { readDocument, type Source } from '../../dialects/read.ts';
import { applyEdits, EditsOverlap } from '../../text/edit.ts';
import { contains, type Range, touches } from '../../text/span.ts';
import { oncePer } from '../../values/oncePer.ts';
import { type Analysis, analyze } from '../analyze.ts';
import { identityOf } from '../finding.ts';
import { addMemnodes } from './libvirt/addMemnodes.ts';
import { cellsFromTopology } from './libvirt/cellsFromTopology.ts';
import { mergeCpus } from './libvirt/mergeCpus.ts';
import { moveHome } from './libvirt/moveHome.ts';
import { normaliseUnits } from './libvirt/normaliseUnits.ts';
import { agree } from './meaning.ts';
import { placeNearNode } from './placeNearNode.ts';
import { enableKvmToAccel } from './qemu/enableKvmToAccel.ts';
import { extractVariable } from './qemu/extractVariable.ts';
import { convertJson } from './qemu/jsonForm.ts';
import { layOut } from './qemu/layOut.ts';
import { netToNic } from './qemu/netToNic.ts';
import { writeBooleansInFull } from './qemu/shortBooleans.ts';
import { wrapIntoArray } from './qemu/wrapIntoArray.ts';
import type { Place, Proposal, Propose, Refactoring } from './refactoring.ts';

/** All refactorings, in the order in which they are offered. */
const OF_QEMU = [
  layOut,
  wrapIntoArray,
  extractVariable,
  netToNic,
  enableKvmToAccel,
  writeBooleansInFull,
  convertJson,
  placeNearNode,
];
const OF_LIBVIRT = [mergeCpus, moveHome, cellsFromTopology, addMemnodes, placeNearNode, normaliseUnits];

/**
 * The refactorings for a range of a document. Each has been tried out: the text that it leads to says what it
 * claims to keep, and has no error more.
 */
export function offerRefactorings(analysis: Analysis, range: Range): Refactoring[] {
  return proposeRefactorings(analysis, range)
    .filter((proposal) => isSound(analysis, proposal))
    .map(({ title, kind, edits }) => ({ title, kind, edits }));
}

/** What the refactorings would do, not tried out yet; of several readings of a guest the first one counts. */
export function proposeRefactorings(analysis: Analysis, range: Range, inScript = true): Proposal[] {
  if (analysis.parts) return proposeInParts(analysis, range);
  const { document, settings } = analysis;
  const titles = new Set<string>();
  return document.subjects
    .flatMap(({ variants }) => variants)
    .filter(({ guest }) => touchesGuest(guest.extent, analysis, range))
    .flatMap((variant) => proposeFor({ document, variant, range, target: settings.target, inScript }))
    .filter(({ title, edits }) => {
      const isNew = edits.length > 0 && !titles.has(title);
      titles.add(title);
      return isNew && !edits.some((edit) => document.untrusted.some((guess) => contains(guess, edit.range)));
    });
}

/** The options of a command may stand in variables far above it: there the whole script is the guest's. */
const touchesGuest = (extent: Range, { document }: Analysis, range: Range): boolean =>
  document.dialect === 'qemu' || touches(extent, range);

function proposeFor(place: Place<Variant>): readonly Proposal[] {
  const { variant } = place;
  const run = <V extends Variant>(proposals: readonly Propose<V>[], own: V): Proposal[] =>
    proposals.flatMap((propose) => propose({ ...place, variant: own }));
  if (variant.dialect === 'qemu') return run(OF_QEMU, variant);
  // What cannot be read by libvirt's parser has other worries.
  return variant.problems.length > 0 ? [] : run(OF_LIBVIRT, variant);
}

function proposeInParts({ parts = [], source }: Analysis, range: Range): Proposal[] {
  return parts.flatMap(({ analysis, excerpt }) => {
    const start = excerpt.fromCarrier(range.start);
    const end = excerpt.fromCarrier(range.end);
    if (start === undefined || end === undefined || end < start) return [];
    const inScript = source.carrier !== 'makefile' && source.carrier !== 'systemd';
    return proposeRefactorings(analysis, { start, end }, inScript).flatMap((proposal) => {
      const edits = excerpt.toCarrierEdits(proposal.edits);
      return edits ? [{ ...proposal, edits }] : [];
    });
  });
}

/** Much of what is offered in one place is offered in others too, and trying it out means reading the text anew. */
const triedOn = oncePer((_analysis: Analysis) => new Map<string, boolean>());

function isSound(analysis: Analysis, proposal: Proposal): boolean {
  const tried = triedOn(analysis);
  const key = JSON.stringify([proposal.keeps, proposal.edits]);
  const sound = tried.get(key) ?? holds(analysis, proposal);
  tried.set(key, sound);
  return sound;
}

/** Tries a proposal out: whether the text that it leads to keeps what it should, and has no error more. */
export function holds(analysis: Analysis, { edits, keeps }: Proposal): boolean {
  const { document, settings, parts, suppressed } = analysis;
  const source = withEdits(analysis, edits);
  if (!source) return false;
  // Of the same arguments rules say the same, but for a comment that may no longer stand where it silences them.
  if (keeps === 'arguments' && !parts && suppressed.length === 0) {
    const after = readDocument(source);
    return after !== undefined && agree(document, after, keeps);
  }
  const after = analyze(source, settings);
  return after !== undefined && agree(document, after.document, keeps) && !gainsError(analysis, after);
}

function withEdits({ document, source }: Analysis, edits: Refactoring['edits']): Source | undefined {
  try {
    return { ...source, text: applyEdits(document.text, edits) };
  } catch (error) {
    if (error instanceof EditsOverlap) return undefined;
    throw error;
  }
}

function gainsError(before: Analysis, after: Analysis): boolean {
  const left = errorsOf(before);
  return errorsOf(after).some((error) => {
    const at = left.indexOf(error);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const errorsOf = ({ findings }: Analysis): string[] =>
  findings.filter(({ severity }) => severity === 'error').map(identityOf);
