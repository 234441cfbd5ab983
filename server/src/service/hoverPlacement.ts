import { touches } from '../text/span.ts';
import type { Analysis } from './analyze.ts';
import { describeDerivation } from './derivationText.ts';
import { derivationsAt } from './derive.ts';
import { code, type Hover } from './hoverText.ts';
import { lineNumber } from './hoverValue.ts';

/**
 * Why a finding about placement stands at an offset: the facts, where each was read, and what could make it wrong.
 * Only for what does not hold; the rest is asked for with `virtlens explain --at`.
 */
export function hoverPlacement(analysis: Analysis, offset: number): Hover | undefined {
  const at = { start: offset, end: offset };
  const finding = analysis.findings.find(({ proof, span }) => proof && touches(span, at));
  if (!finding) return undefined;
  const derivation = derivationsAt(analysis, finding.span).find((each) => each.finding === finding);
  if (!derivation) return undefined;
  const { title, facts, doubts, cost } = describeDerivation(derivation);
  const list = (items: readonly string[]): string => items.map((item) => `* ${item}`).join('\n');
  const proven = facts.map((fact) => {
    const place =
      'span' in fact ? `line ${lineNumber(analysis.document.text, fact.span.start)}` : code(fact.field);
    return `${fact.text} (${place})`;
  });
  const parts = [
    title,
    list(proven),
    ...(cost === undefined ? [] : [cost]),
    ...(doubts.length > 0 ? [`What could make it wrong:\n\n${list(doubts)}`] : []),
  ];
  const { start, end } = finding.span;
  return { range: { start, end }, markdown: parts.join('\n\n') };
}
