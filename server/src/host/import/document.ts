import { harmless } from '../../text/harmless.ts';
import { LineIndex } from '../../text/lineIndex.ts';
import type { HostFacts } from '../facts.ts';

/** Something about a document that its giver should know. */
export interface ImportProblem {
  /** The document, as its giver named it. */
  readonly file: string;
  /** Counted from 1; left out where the matter is the whole document. */
  readonly line: number | undefined;
  /** An error means that something in the document could not be read; a note, that it holds less than it might. */
  readonly severity: 'error' | 'note';
  /** The fact, then the remedy. */
  readonly message: string;
}

/** What was read of a document; there may be facts beside problems. */
export interface Imported {
  readonly facts: HostFacts;
  readonly problems: readonly ImportProblem[];
}

/** Reads the output of one program. Never throws, whatever the text holds. */
export type Importer = (text: string, file: string) => Imported;

/** In characters. The largest real ones, of lstopo on machines with a thousand CPUs, have 2 million. */
export const SIZE_LIMIT = 8 * 1024 * 1024;

/** More than these are counted instead of listed: a damaged document may be damaged in every line. */
const LISTED = 10;

/** A document while it is read: its text, and what is wrong with it. */
export class Document {
  readonly text: string;
  readonly #file: string;
  readonly #problems: ImportProblem[] = [];
  #unlisted = 0;
  #lines: LineIndex | undefined;

  constructor(text: string, file: string) {
    this.text = text;
    this.#file = file;
  }

  /** @param at offset in the text; undefined where the matter is the whole document. */
  error(at: number | undefined, message: string): void {
    this.#add('error', at, message);
  }

  note(at: number | undefined, message: string): void {
    this.#add('note', at, message);
  }

  get hasErrors(): boolean {
    return this.#problems.some(({ severity }) => severity === 'error');
  }

  get problems(): readonly ImportProblem[] {
    if (this.#unlisted === 0) return this.#problems;
    const message = `${this.#unlisted} more problems of this document are not listed.`;
    return [...this.#problems, { file: this.#file, line: undefined, severity: 'error', message }];
  }

  #add(severity: ImportProblem['severity'], at: number | undefined, message: string): void {
    if (this.#problems.length === LISTED) {
      this.#unlisted++;
      return;
    }
    this.#lines ??= new LineIndex(this.text);
    const line = at === undefined ? undefined : this.#lines.positionAt(at).line + 1;
    this.#problems.push({ file: this.#file, line, severity, message: onOneLine(message) });
  }
}

/** A longer message quotes half of a damaged document, which helps nobody. */
const LONGEST = 400;

/** Messages quote untrusted text: a line break or an escape sequence in it must not reach the reader's terminal. */
function onOneLine(message: string): string {
  const visible = harmless(message);
  return visible.length > LONGEST ? `${visible.slice(0, LONGEST - 1)}…` : visible;
}

/**
 * Runs the reader of a document, within its limits.
 * @param source the program whose output this is, such as `virsh capabilities`.
 */
export function readDocument(
  source: string,
  text: string,
  file: string,
  read: (document: Document) => Omit<HostFacts, 'source'>,
): Imported {
  const document = new Document(text, file);
  if (text.length > SIZE_LIMIT) {
    const limit = SIZE_LIMIT / 1024 / 1024;
    document.error(
      undefined,
      `The document is larger than ${limit} MiB: give the output of ${source} alone.`,
    );
    return { facts: { source }, problems: document.problems };
  }
  if (text.trim() === '') {
    document.error(undefined, `The document is empty: save the output of ${source} in it.`);
    return { facts: { source }, problems: document.problems };
  }
  const facts = { source, ...read(document) };
  return { facts, problems: document.problems };
}
