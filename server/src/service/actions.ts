import type { Subject } from '../dialects/document.ts';
import { type Range, touches } from '../text/span.ts';
import { oncePerPair } from '../values/oncePer.ts';
import type { Analysis } from './analyze.ts';
import type { Finding } from './finding.ts';
import { type ResolvedFix, resolveFixes } from './fixes.ts';

/** A fix as it is offered beside a finding. */
export interface OfferedFix extends ResolvedFix {
  /** The one to take without a second thought: at most one for each finding. */
  readonly preferred: boolean;
}

/** What Repair would do for one guest. */
export interface RepairOffer {
  /** Index of the guest among the document's subjects. */
  readonly subject: number;
  readonly title: string;
}

/** The findings that share a character with the range, or touch it where it is empty. */
export const findingsAt = (analysis: Analysis, range: Range): Finding[] =>
  analysis.findings.filter((finding) => touches(finding.span, range));

/**
 * The fixes of a finding that lead somewhere, in the rule's order. Editors ask again with every move of the cursor, and
 * trying a fix out means reading the text anew.
 */
export const offerFixes = oncePerPair((analysis: Analysis, finding: Finding): readonly OfferedFix[] => {
  const fixes = resolveFixes(analysis, finding);
  const firstSafe = fixes.findIndex((fix) => fix.applicability === 'safe');
  const preferred = firstSafe < 0 && fixes.length === 1 ? 0 : firstSafe;
  return fixes.map((fix, i) => ({ ...fix, preferred: i === preferred }));
});

/**
 * Where Repair may be offered: the guests that the range touches and that have errors which a rule can mend.
 * What Repair does in the end only repair() tells; this is cheap enough for every move of the cursor.
 */
export function offerRepairs(analysis: Analysis, range: Range): RepairOffer[] {
  const extents = extentsOf(analysis);
  return analysis.document.subjects.flatMap((subject, index) => {
    const errors = analysis.findings.filter(
      (finding) => finding.subject === subject && finding.severity === 'error',
    );
    const mendable = errors.filter((finding) => finding.fixes.length > 0).length;
    const inside = extents.get(subject)!.some((extent) => touches(extent, range));
    if (mendable === 0 || !(inside || errors.some((finding) => touches(finding.span, range)))) return [];
    return [{ subject: index, title: `Repair this guest: fix ${amount(mendable, errors.length)}` }];
  });
}

/** Where the reader sees each guest, on every path that leads to it. */
function extentsOf({ document, parts }: Analysis): ReadonlyMap<Subject, readonly Range[]> {
  const inside = parts?.flatMap(({ analysis, excerpt }) =>
    Array.from(
      extentsOf(analysis),
      ([subject, extents]) => [subject, extents.map((each) => excerpt.toCarrier(each))] as const,
    ),
  );
  return new Map(
    inside ??
      document.subjects.map((subject) => [subject, subject.variants.map(({ guest }) => guest.extent)]),
  );
}

/** True where fixAll() may have something to do. */
export const hasSafeFixes = (analysis: Analysis): boolean =>
  analysis.findings.some((finding) => finding.fixes.some((fix) => fix.applicability === 'safe'));

function amount(mendable: number, errors: number): string {
  if (mendable < errors) return `${mendable} of ${errors} errors`;
  return errors === 1 ? 'its error' : `all ${errors} errors`;
}
