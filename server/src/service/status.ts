import type { Document } from '../dialects/document.ts';
import type { Gap } from '../guest/guest.ts';
import { type Range, spanOf } from '../text/span.ts';
import type { Analysis } from './analyze.ts';
import type { Part } from './parts.ts';

/** How much of a document was understood. */
export interface Status {
  readonly unit: 'options' | 'elements';
  readonly total: number;
  readonly understood: number;
  /** What was not, in the order of the text. */
  readonly gaps: readonly Gap[];
}

/**
 * Counts what stands in the text, once: an option that a loop repeats, or that several paths through the script
 * reach, is one option.
 */
export function statusOf({ document, parts }: Pick<Analysis, 'document' | 'parts'>): Status {
  return parts ? sum(parts) : statusOfWhole(document);
}

/** Where options and elements stand side by side, they are counted as one. */
function sum(parts: readonly Part[]): Status {
  const each = parts.map(({ analysis, excerpt }) => {
    const status = statusOf(analysis);
    const toCarrier = (gap: Gap): Gap => ({
      ...gap,
      span: spanOf(gap.span.uri, excerpt.toCarrier(gap.span)),
    });
    return { ...status, gaps: status.gaps.map(toCarrier) };
  });
  return {
    unit: each[0]!.unit,
    total: each.reduce((total, status) => total + status.total, 0),
    understood: each.reduce((understood, status) => understood + status.understood, 0),
    gaps: each.flatMap(({ gaps }) => gaps).sort((a, b) => a.span.start - b.span.start),
  };
}

function statusOfWhole(document: Document): Status {
  const variants = document.subjects.flatMap((subject) => subject.variants);
  const gaps = new Map<string, Gap>();
  const options = new Set<string>();
  let elements = 0;
  for (const variant of variants) {
    const understood = variant.guest.understood();
    for (const gap of understood.gaps) gaps.set(keyOf(gap.span), gap);
    if (variant.dialect === 'libvirt') {
      elements += understood.total;
    } else {
      for (const option of variant.line.options) options.add(`${keyOf(option.range)} ${option.name}`);
      for (const span of variant.line.openedBy) options.add(keyOf(span));
    }
  }
  const total = document.dialect === 'qemu' ? options.size : elements;
  return {
    unit: document.dialect === 'qemu' ? 'options' : 'elements',
    total,
    understood: Math.max(0, total - gaps.size),
    gaps: [...gaps.values()].sort((a, b) => a.span.start - b.span.start),
  };
}

const keyOf = (range: Range): string => `${range.start}-${range.end}`;
