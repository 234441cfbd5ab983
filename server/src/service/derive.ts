import { verdictsOn } from '../placement/all.ts';
import { costOf } from '../placement/cost.ts';
import { placementOf } from '../placement/placement.ts';
import { subjectOf, type Verdict } from '../placement/verdict.ts';
import { applyEdits } from '../text/edit.ts';
import { type Range, touches } from '../text/span.ts';
import { offerFixes } from './actions.ts';
import { type Analysis, analyze } from './analyze.ts';
import type { Finding } from './finding.ts';

/** A verdict on the placement of a guest, with what it rests on and what it costs. */
export interface Derivation {
  readonly verdict: Verdict;
  /** What a rule says of it, where it does not hold. */
  readonly finding: Finding | undefined;
  /** The firmware's relative distance between the two sides, 1 where all is local. */
  readonly cost: number | undefined;
  /** The same after the first fix of the finding. */
  readonly fixed: { readonly title: string; readonly cost: number | undefined } | undefined;
}

/**
 * All verdicts that rest on something in a range of the document, those that do not hold first. None without a host.
 * Places are those of the document, also where it carries others.
 */
export function derivationsAt(analysis: Analysis, range: Range): Derivation[] {
  if (analysis.parts) {
    return analysis.parts.flatMap(({ analysis: part, excerpt }) =>
      derivationsAt(part, { start: 0, end: part.document.text.length })
        .map((derivation) => ({
          ...derivation,
          verdict: {
            ...derivation.verdict,
            facts: derivation.verdict.facts.map((fact) =>
              'span' in fact ? { ...fact, span: { ...fact.span, ...excerpt.toCarrier(fact.span) } } : fact,
            ),
          },
        }))
        .filter(({ verdict }) => restsOn(verdict, range)),
    );
  }
  return verdictsIn(analysis)
    .filter((verdict) => restsOn(verdict, range))
    .map((verdict) => derive(analysis, verdict))
    .sort((a, b) => Number(a.verdict.holds) - Number(b.verdict.holds));
}

/** The verdicts on all guests of a document, each once. */
function verdictsIn({ document, settings }: Analysis): Verdict[] {
  const { host } = settings;
  if (!host) return [];
  return document.subjects.flatMap(({ variants }) => {
    const all = variants.flatMap(({ guest }) => verdictsOn(placementOf(guest, host)));
    return [...new Map(all.map((verdict) => [`${subjectOf(verdict)} ${verdict.holds}`, verdict])).values()];
  });
}

const restsOn = ({ facts }: Verdict, range: Range): boolean =>
  facts.some((fact) => 'span' in fact && touches(fact.span, range));

function derive(analysis: Analysis, verdict: Verdict): Derivation {
  const host = analysis.settings.host!;
  const finding = verdict.holds
    ? undefined
    : analysis.findings.find(({ proof }) => proof && subjectOf(proof) === subjectOf(verdict));
  const [fix] = finding ? offerFixes(analysis, finding) : [];
  return {
    verdict,
    finding,
    cost: costOf(verdict, host),
    fixed: fix && { title: fix.title, cost: costAfter(analysis, verdict, fix.edits) },
  };
}

function costAfter(
  analysis: Analysis,
  verdict: Verdict,
  edits: Parameters<typeof applyEdits>[1],
): number | undefined {
  const text = applyEdits(analysis.document.text, edits);
  const after = analyze({ ...analysis.source, text }, analysis.settings);
  const same = after && verdictsIn(after).find((other) => subjectOf(other) === subjectOf(verdict));
  return same && costOf(same, analysis.settings.host!);
}
