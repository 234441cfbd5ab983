import type { Expected } from '../../catalogue/schema/leaves.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';

/** More words than this are a list to look up, not to read. */
const READABLE = 8;

/** `<source> of <disk>`: an element with the one that it is in. */
export const inWords = (element: XmlElement): string => {
  const parent = element.parent;
  return parent?.parent === undefined
    ? `<${element.name.text}>`
    : `<${element.name.text}> of <${parent.name.text}>`;
};

/** `a, b or c`. */
export const alternatives = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/** What may stand there, as a clause; '' where that would be a long list. */
export function expectedWords({ values, words }: Expected): string {
  const named = values.map((value) => `'${value}'`);
  if (named.length > READABLE)
    return `one of ${named.slice(0, READABLE).join(', ')} and ${named.length - READABLE} more`;
  return alternatives([...named, ...new Set(words)].slice(0, READABLE));
}

/** What libvirt says when it refuses a domain, word for word where that is known. */
export const refusedWith = (message: string | undefined): string =>
  message === undefined
    ? 'libvirt refuses the domain.'
    : `libvirt refuses the domain with "${message.replace(/\.$/, '')}".`;
