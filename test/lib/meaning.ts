import type { Document } from '../../server/src/dialects/document.ts';
import { locate } from '../../server/src/dialects/qemu/locate.ts';
import { Word } from '../../server/src/dialects/qemu/word.ts';

/** What is known of the guests of a document, in every reading, without a word about where it stands. */
export const meaningOf = ({ subjects }: Document): unknown =>
  subjects.map(({ variants }) =>
    variants.map(({ guest: { label, extent, understood, ...facets } }) => plain(facets)),
  );

/** Values as what they say; entities as what is said of them. */
function plain(of: unknown): unknown {
  if (typeof of !== 'object' || of === null) return of;
  if (Array.isArray(of)) return of.map(plain);
  if (of instanceof Map) return [...of].map(plain);
  const { state } = of as { state?: unknown };
  if (state === 'known') return ['is', plain((of as { value: unknown }).value)];
  if (state === 'unknown') return 'is not known';
  // Things may lead to each other in circles, if only by mistake.
  if (state === 'found') {
    const { kind, id } = (of as { item: { kind?: string; id?: unknown } }).item;
    return ['leads to', kind, plain(id)];
  }
  if (state === 'absent') return ['is not said', plain((of as { default?: unknown }).default)];
  return Object.fromEntries(
    Object.entries(of)
      .filter(([name]) => !['span', 'label', 'labels'].includes(name))
      .map(([name, each]) => [name, name === 'openedBy' ? (each as unknown[]).length > 0 : plain(each)]),
  );
}

/** Every command that a script runs, as the words that its programs receive; openings are told by their place only. */
export const receivedBy = (text: string): unknown =>
  locate('test', text).commands.map(({ variants }) =>
    variants.map(({ binary, prefixes, words }) => [
      binary,
      prefixes.map((prefix) => [prefix.name, prefix.words.map((word) => word.text)]),
      words.map((word) => (word instanceof Word ? word.text : '…')),
    ]),
  );
