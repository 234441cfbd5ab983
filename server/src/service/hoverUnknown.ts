import type { Document } from '../dialects/document.ts';
import { sliceOf } from '../text/span.ts';
import { code, type Hover } from './hoverText.ts';
import { reasonFor } from './reasons.ts';

/** A place that was not understood and that nothing else speaks of: what is unknown, and why. */
export function hoverUnknown(document: Document, offset: number): Hover | undefined {
  const gaps = document.subjects.flatMap(({ variants }) =>
    variants.flatMap(({ guest }) => guest.understood().gaps),
  );
  const gap = gaps.find(({ span }) => span.start <= offset && offset <= span.end);
  if (!gap) return undefined;
  const what = code(sliceOf(document.text, gap.span));
  const markdown =
    gap.why === 'unknown-option'
      ? `${what} is no option that VirtLens knows, so that it says nothing about it.`
      : `${what} is not known here: ${reasonFor(gap.why)}.`;
  return { range: { start: gap.span.start, end: gap.span.end }, markdown };
}
