import type { Subject } from '../dialects/document.ts';
import type { Source } from '../dialects/read.ts';
import { diffEdits } from '../text/diff.ts';
import { applyEdits, EditsOverlap, type TextEdit } from '../text/edit.ts';
import type { Excerpt } from '../text/excerpt.ts';
import { type Span, spanOf } from '../text/span.ts';
import type { Analysis } from './analyze.ts';
import type { Finding } from './finding.ts';
import type { Settings } from './settings.ts';

/** A text that a document carries, read as a document of its own: places in it are places of the excerpt. */
export interface Part {
  readonly excerpt: Excerpt;
  readonly analysis: Analysis;
}

/** A finding of a part, as its own analysis has it. */
export interface Original {
  readonly part: Part;
  readonly finding: Finding;
}

/** The analysis of a document that only carries others. Findings stand where the reader of the document sees them. */
export function joinParts(source: Source, settings: Settings, parts: readonly Part[]): Analysis | undefined {
  const [first] = parts;
  if (!first) return undefined;
  const { uri, text } = source;
  const ofAll = <T>(read: (analysis: Analysis) => readonly T[]): T[] =>
    parts.flatMap(({ analysis }) => read(analysis));
  const shown = (findings: 'findings' | 'suppressed'): Finding[] =>
    parts.flatMap((part) =>
      part.analysis[findings]
        .filter((finding) => !finding.subject || isOwn(part, finding.subject))
        .map((finding) => toCarrier(part, finding)),
    );
  return {
    source,
    settings,
    parts,
    document: {
      dialect: first.analysis.document.dialect,
      uri,
      text,
      subjects: parts.flatMap((part) =>
        part.analysis.document.subjects.filter((subject) => isOwn(part, subject)),
      ),
      comments: [],
      untrusted: [],
    },
    findings: distinct(shown('findings')),
    suppressed: shown('suppressed'),
    failures: ofAll(({ failures }) => failures),
  };
}

/** A guest of another file is spoken of where that file is read. */
const isOwn = ({ excerpt }: Part, { variants }: Subject): boolean =>
  !variants.every(({ guest }) => excerpt.isForeign(guest.extent));

function toCarrier(part: Part, finding: Finding): Finding {
  const { excerpt } = part;
  const placed = (span: Span): Span => spanOf(span.uri, excerpt.toCarrier(span));
  // A copy by `...` takes along nothing that is made when somebody asks.
  const { rule, dialect, guest, severity, message, tags, proof, fixes, subject, variant } = finding;
  return {
    ...{ rule, dialect, guest, severity, message, tags, proof, fixes, subject, variant },
    span: placed(finding.span),
    related: finding.related.map((each) => ({ ...each, span: placed(each.span) })),
    original: { part, finding },
  };
}

/** What a variable of make brings into two recipes is wrong once. In the order of the text. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings
    .filter(({ rule, message, span }) => {
      const key = [rule, message, span.start, span.end].join('\0');
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** The part that is read at an offset of the document, and the offset there. */
export function partAt(
  { parts = [] }: Analysis,
  offset: number,
): { readonly part: Part; readonly offset: number } | undefined {
  for (const part of parts) {
    const inside = part.excerpt.fromCarrier(offset);
    if (inside !== undefined) return { part, offset: inside };
  }
  return undefined;
}

/** The document with a part of it changed to another text; undefined where it cannot be written there. */
export function withPart(analysis: Analysis, part: Part, text: string): string | undefined {
  const edits = part.excerpt.toCarrierEdits(diffEdits(part.excerpt.text, text));
  return edits && applied(analysis.document.text, edits);
}

/** Two places of an excerpt may be one of the carrier. */
function applied(text: string, edits: readonly TextEdit[]): string | undefined {
  try {
    return applyEdits(text, edits);
  } catch (error) {
    if (error instanceof EditsOverlap) return undefined;
    throw error;
  }
}
