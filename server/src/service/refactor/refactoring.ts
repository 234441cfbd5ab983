import { CannotWrite, type Change } from '../../dialects/change.ts';
import type { Document, LibvirtVariant, QemuVariant, Variant } from '../../dialects/document.ts';
import { write } from '../../dialects/write.ts';
import type { Target } from '../../guest/target.ts';
import type { TextEdit } from '../../text/edit.ts';
import type { Range } from '../../text/span.ts';

/** The protocol's names for what makes something new of a part, and what says the same in other words. */
export const REFACTOR_KINDS = ['refactor.extract', 'refactor.rewrite'] as const;
export type RefactorKind = (typeof REFACTOR_KINDS)[number];

/** A change of the text that no finding asks for. */
export interface Refactoring {
  /** Imperative, without a full stop. */
  readonly title: string;
  readonly kind: RefactorKind;
  readonly edits: readonly TextEdit[];
}

/**
 * What a refactoring leaves as it is: the `arguments` that QEMU receives, to the character; the `guest` that they or
 * the XML describe; or `nothing`, where its title names what changes.
 */
export type Keeps = 'arguments' | 'guest' | 'nothing';

/** A refactoring as it is proposed; it is offered once the text that it leads to has been read. */
export interface Proposal extends Refactoring {
  readonly keeps: Keeps;
}

/** Where a refactoring is asked for: a range of a document, and the reading of a guest that it touches. */
export interface Place<V extends Variant> {
  readonly document: Document;
  readonly variant: V;
  readonly range: Range;
  readonly target: Target;
  /** False where the command is no line of a script, so that there is no place for lines above it. */
  readonly inScript: boolean;
}

export type QemuPlace = Place<QemuVariant>;
export type LibvirtPlace = Place<LibvirtVariant>;

/** Says what it could do at a place; empty where it does not apply. */
export type Propose<V extends Variant> = (place: Place<V>) => readonly Proposal[];

/** A proposal out of changes; none where the text offers no place for them. */
export function proposeChanges(
  { document, variant }: Place<Variant>,
  title: string,
  keeps: Keeps,
  changes: readonly Change[],
): Proposal[] {
  try {
    return [{ title, kind: 'refactor.rewrite', keeps, edits: write(document, variant, changes) }];
  } catch (error) {
    if (error instanceof CannotWrite) return [];
    throw error;
  }
}
