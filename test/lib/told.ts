import type { Analysis } from '../../server/src/service/analyze.ts';

/** What a user sees of an analysis, to be compared with another one of the same text. */
export const told = (analysis: Analysis | undefined): unknown =>
  analysis?.findings.map(({ rule, message, span, severity, related, fixes }) => ({
    rule,
    message,
    span,
    severity,
    related,
    fixes: fixes.map(({ title, applicability }) => ({ title, applicability })),
  }));
