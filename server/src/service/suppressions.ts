import type { Document } from '../dialects/document.ts';
import type { XmlElement, XmlTree } from '../syntax/xml/tree.ts';
import { contains, type Range } from '../text/span.ts';
import type { Finding } from './finding.ts';

/** `virtlens-ignore <rule> [id or key]: reason` in a comment. */
export interface Suppression extends Range {
  readonly rule: string;
  /** Where given, only findings whose message or text names it. */
  readonly key: string | undefined;
  /** The text that it speaks of. */
  readonly scope: Range | undefined;
}

const PATTERN = /^\s*virtlens-ignore\s+([a-z0-9-]+)(?:\s+([^:\s]+))?\s*(?::|$)/;

function readSuppressions(document: Document): Suppression[] {
  const out: Suppression[] = [];
  for (const comment of document.comments) {
    const match = PATTERN.exec(comment.text);
    if (!match) continue;
    const scope = document.tree ? elementBelow(document.tree, comment) : commandBelow(document, comment);
    out.push({ start: comment.start, end: comment.end, rule: match[1]!, key: match[2], scope });
  }
  return out;
}

/** In a script: from the comment to the end of the next command, so that definitions above it are covered too. */
function commandBelow(document: Document, comment: Range): Range | undefined {
  const extents = document.subjects.flatMap((subject) =>
    subject.variants.map((variant) => variant.guest.extent),
  );
  const next = extents.filter((extent) => extent.start >= comment.end).sort((a, b) => a.start - b.start)[0];
  return next && { start: comment.end, end: next.end };
}

/** In XML: the element that follows the comment. */
function elementBelow(tree: XmlTree, comment: Range): Range | undefined {
  let parent: XmlElement = tree.root;
  for (;;) {
    const inner = parent.children.find(
      (child): child is XmlElement => child.kind === 'element' && contains(child, comment),
    );
    if (!inner) break;
    parent = inner;
  }
  return parent.children.find((child) => child.kind === 'element' && child.start >= comment.end);
}

const names = (finding: Finding, key: string, text: string): boolean =>
  finding.message.includes(key) || text.slice(finding.span.start, finding.span.end).includes(key);

/** Splits findings into those to be shown and those suppressed, and tells which suppressions met nothing. */
export function applySuppressions(
  document: Document,
  findings: readonly Finding[],
): { shown: Finding[]; suppressed: Finding[]; unused: Suppression[] } {
  const suppressions = readSuppressions(document);
  const used = new Set<Suppression>();
  const shown: Finding[] = [];
  const suppressed: Finding[] = [];
  for (const finding of findings) {
    const by = suppressions.find(
      ({ rule, key, scope }) =>
        rule === finding.rule &&
        scope !== undefined &&
        contains(scope, finding.span) &&
        (key === undefined || names(finding, key, document.text)),
    );
    if (by) {
      used.add(by);
      suppressed.push(finding);
    } else {
      shown.push(finding);
    }
  }
  return { shown, suppressed, unused: suppressions.filter((suppression) => !used.has(suppression)) };
}
