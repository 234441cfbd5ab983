import type { DialectId } from '../guest/guest.ts';
import type { Carrier } from '../text/carrier.ts';
import { concerns } from '../text/relevance.ts';
import type { Uri } from '../text/span.ts';
import type { ReadSibling } from './carriers/sourced.ts';
import type { Document } from './document.ts';
import { readDomains } from './libvirt/document.ts';
import { readArgv, readScript } from './qemu/document.ts';

/** A text to be read. */
export interface Source {
  readonly uri: Uri;
  readonly text: string;
  /** Where the language is known from outside; else the text tells. */
  readonly dialect?: DialectId;
  /** The text is one command line, its arguments separated by NUL. */
  readonly argv?: boolean;
  /** The text holds others, which are read one by one. */
  readonly carrier?: Carrier;
  /** Reads what a script sources. Whether anything may be read at all, its owner decides. */
  readonly readSibling?: ReadSibling;
}

/**
 * Reads a text as a whole, in its dialect; undefined where it is none of our business.
 * @param holding where given, of the commands of a script only those with an argument that holds this text
 */
export function readDocument({ uri, text, dialect, argv }: Source, holding?: string): Document | undefined {
  if (argv) return readArgv(uri, text);
  const found = concerns(text, dialect);
  if (!found) return undefined;
  return found === 'libvirt' ? readDomains(uri, text) : readScript(uri, text, holding);
}
