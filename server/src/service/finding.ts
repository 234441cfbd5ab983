import type { Subject, Variant } from '../dialects/document.ts';
import type { Verdict } from '../placement/verdict.ts';
import type { Fix, Related, Severity, Tag } from '../rules/define.ts';
import type { Span } from '../text/span.ts';
import type { Original } from './parts.ts';

/** Something worth saying about a document. */
export interface Finding {
  readonly rule: string;
  readonly dialect: 'qemu' | 'libvirt';
  /** The guest's name, where it has one that is known. */
  readonly guest: string | undefined;
  readonly severity: Severity;
  readonly message: string;
  readonly tags: readonly Tag[];
  readonly span: Span;
  readonly related: readonly Related[];
  /** What a verdict on placement follows from. */
  readonly proof?: Verdict | undefined;
  /** As the rule proposes them; resolveFixes() tells which of them lead somewhere, and by which edits. */
  readonly fixes: readonly Fix[];
  readonly subject: Subject | undefined;
  /** The reading that the fixes speak of. */
  readonly variant: Variant | undefined;
  /** Set in a document that carries others: the finding of the part, whose places the fixes speak of. */
  readonly original?: Original;
}

/** Two findings of one identity are the same mistake, before and after an edit elsewhere. */
export const identityOf = (finding: Pick<Finding, 'rule' | 'message'>): string =>
  `${finding.rule}\0${finding.message}`;
