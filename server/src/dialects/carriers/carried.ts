import type { DialectId } from '../../guest/guest.ts';
import type { Carrier } from '../../text/carrier.ts';
import type { Excerpt } from '../../text/excerpt.ts';
import { concerns } from '../../text/relevance.ts';
import type { Source } from '../read.ts';
import { readRecipes } from './makefile.ts';
import { readFences } from './markdown.ts';
import { withSourced } from './sourced.ts';
import { readUnit } from './systemd.ts';

/** A text within a document, to be read as a document of its own. */
export interface Carried {
  readonly dialect: DialectId;
  readonly excerpt: Excerpt;
}

const READERS: Readonly<Record<Carrier, (text: string) => Carried[]>> = {
  makefile: readRecipes,
  markdown: readFences,
  systemd: readUnit,
};

/** The texts to be read in place of a text; undefined for one that is read as it is. */
export function carriedBy({ text, dialect, argv, carrier, readSibling }: Source): Carried[] | undefined {
  if (argv) return undefined;
  if (carrier) return readCarried(carrier, text, dialect);
  if (!readSibling || concerns(text, dialect) !== 'qemu') return undefined;
  const excerpt = withSourced(text, readSibling);
  return excerpt && [{ dialect: 'qemu', excerpt }];
}

/**
 * Finds what a document carries: shell that may start QEMU, and XML with a domain.
 * @param asked where given, only texts in this language.
 */
export function readCarried(carrier: Carrier, text: string, asked?: DialectId): Carried[] {
  if (!concerns(text, asked, carrier)) return [];
  return READERS[carrier](text).filter(
    ({ dialect, excerpt }) => (asked ?? dialect) === dialect && concerns(excerpt.text, dialect),
  );
}
