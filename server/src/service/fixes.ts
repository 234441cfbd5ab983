import { CannotWrite } from '../dialects/change.ts';
import { write } from '../dialects/write.ts';
import { rules } from '../generated/rules.ts';
import type { Applicability, Fix } from '../rules/define.ts';
import { diffEdits } from '../text/diff.ts';
import { applyEdits, EditsOverlap, type TextEdit } from '../text/edit.ts';
import { type Analysis, analyze } from './analyze.ts';
import { type Finding, identityOf } from './finding.ts';
import { type Original, withPart } from './parts.ts';

/** A fix as edits of the text, tried out: the finding is gone and no error has come. */
export interface ResolvedFix {
  readonly title: string;
  readonly applicability: Applicability;
  readonly edits: readonly TextEdit[];
}

/** More rounds than any real repair needs; a bound against fixes that undo each other. */
const MAX_ROUNDS = 24;

/** The fixes of a finding that lead somewhere, in the rule's order. */
export function resolveFixes(analysis: Analysis, finding: Finding): ResolvedFix[] {
  return finding.fixes.flatMap((fix) => {
    const text = fixedText(analysis, finding, fix);
    if (text === undefined) return [];
    const { title, applicability } = fix;
    return [{ title, applicability, edits: diffEdits(analysis.document.text, text) }];
  });
}

const reveals = (rule: string): boolean =>
  rules.some((known) => known.name === rule && known.reveals === true);

/**
 * Applies a fix, then the fixes of errors that it brought with it, until there are none. This is what makes
 * "a fix makes its finding disappear and brings no new error" hold by construction. What follows a safe fix is safe.
 * @returns the new text, or undefined where the fix cannot be written or does not get there.
 */
function fixedText(analysis: Analysis, finding: Finding, fix: Fix): string | undefined {
  if (finding.original) return fixedPart(analysis, finding, finding.original, fix);
  const before = countErrors(analysis.findings);
  const wanted = count(analysis.findings, identityOf(finding)) - 1;
  let at = applyFix(analysis, finding, fix);
  for (let round = 0; at && round < MAX_ROUNDS; round++) {
    const brought = reveals(finding.rule) ? [] : newErrors(at.findings, before);
    if (brought.length === 0) {
      return count(at.findings, identityOf(finding)) <= wanted ? at.document.text : undefined;
    }
    at = firstStep(at, brought, fix.applicability);
  }
  return undefined;
}

/**
 * Applies a fix to the part that it speaks of, and brings what became of that into the document around it. There it
 * is read once more: whoever wrote the document may have meant it otherwise than the part shows.
 */
function fixedPart(
  analysis: Analysis,
  finding: Finding,
  { part, finding: own }: Original,
  fix: Fix,
): string | undefined {
  const inside = fixedText(part.analysis, own, fix);
  const text = inside === undefined ? undefined : withPart(analysis, part, inside);
  const after = text === undefined ? undefined : analyze({ ...analysis.source, text }, analysis.settings);
  if (!after) return undefined;
  const identity = identityOf(finding);
  const isGone = count(after.findings, identity) < count(analysis.findings, identity);
  const brought = reveals(finding.rule) ? [] : newErrors(after.findings, countErrors(analysis.findings));
  return isGone && brought.length === 0 ? text : undefined;
}

/** The first fix of the first finding that can be written and changes something; a safe one where only that will do. */
function firstStep(
  analysis: Analysis,
  findings: readonly Finding[],
  needed: Applicability,
): Analysis | undefined {
  for (const finding of findings) {
    for (const fix of finding.fixes) {
      if (needed === 'safe' && fix.applicability !== 'safe') continue;
      const next = applyFix(analysis, finding, fix);
      if (next && next.document.text !== analysis.document.text) return next;
    }
  }
  return undefined;
}

/** The document with the changes of a fix in it, read again; undefined where they cannot be written. */
function applyFix(analysis: Analysis, finding: Finding, fix: Fix): Analysis | undefined {
  try {
    const edits = write(analysis.document, finding.variant, fix.changes);
    const text = applyEdits(analysis.document.text, edits);
    return analyze({ ...analysis.source, text }, analysis.settings);
  } catch (error) {
    if (error instanceof CannotWrite || error instanceof EditsOverlap) return undefined;
    throw error;
  }
}

/**
 * Applies all safe fixes, one after the other, each on the text that the last one left.
 * @returns the edits of the original text; empty where nothing is safe to change.
 */
export function fixAll(analysis: Analysis): TextEdit[] {
  return fixWhile(analysis, (at) =>
    at.findings.flatMap((finding) =>
      finding.fixes.filter((fix) => fix.applicability === 'safe').map((fix) => ({ finding, fix })),
    ),
  );
}

/**
 * Applies fixes, suggestions included, until no error is left or none can be mended. What starts and is merely
 * slow, old or open is not touched.
 * @param subject only the errors of this guest; undefined for all guests of the document.
 */
export function repair(analysis: Analysis, subject?: number): TextEdit[] {
  return fixWhile(analysis, (at) =>
    at.findings
      .filter((finding) => finding.severity === 'error')
      .filter(
        (finding) => subject === undefined || at.document.subjects.indexOf(finding.subject!) === subject,
      )
      .flatMap((finding) => finding.fixes.map((fix) => ({ finding, fix }))),
  );
}

function fixWhile(
  analysis: Analysis,
  choose: (at: Analysis) => { finding: Finding; fix: Fix }[],
): TextEdit[] {
  let at = analysis;
  const limit = analysis.findings.length + MAX_ROUNDS;
  for (let round = 0; round < limit; round++) {
    const next = advance(at, choose(at));
    if (!next) break;
    at = next;
  }
  return diffEdits(analysis.document.text, at.document.text);
}

function advance(at: Analysis, candidates: { finding: Finding; fix: Fix }[]): Analysis | undefined {
  for (const { finding, fix } of candidates) {
    const text = fixedText(at, finding, fix);
    if (text !== undefined && text !== at.document.text) {
      return analyze({ ...at.source, text }, at.settings);
    }
  }
  return undefined;
}

const count = (findings: readonly Finding[], identity: string): number =>
  findings.filter((finding) => identityOf(finding) === identity).length;

function countErrors(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) {
    if (finding.severity !== 'error') continue;
    const identity = identityOf(finding);
    counts.set(identity, (counts.get(identity) ?? 0) + 1);
  }
  return counts;
}

function newErrors(findings: readonly Finding[], before: ReadonlyMap<string, number>): Finding[] {
  const left = new Map(before);
  return findings.filter((finding) => {
    if (finding.severity !== 'error') return false;
    const identity = identityOf(finding);
    const known = left.get(identity) ?? 0;
    left.set(identity, known - 1);
    return known <= 0;
  });
}
