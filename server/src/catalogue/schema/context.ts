import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';

/**
 * Where in a domain an element stands: `devices/disk/source`, '' for the domain itself.
 * @param typed with the type of each element that has one: `devices/disk[network]/source`, as the type decides what
 * libvirt reads
 */
export function contextOf(element: XmlElement, typed: boolean): string {
  const names: string[] = [];
  for (let at: XmlElement | undefined = element; at?.parent && at.name.text !== 'domain'; at = at.parent) {
    // Backing stores stand in backing stores, as deep as it takes.
    if (names.length > 0 && at.name.text === at.parent.name.text) continue;
    const type = typed ? attribute(at, 'type')?.value?.text : undefined;
    names.push(type === undefined ? at.name.text : `${at.name.text}[${type}]`);
  }
  return names.reverse().join('/');
}
