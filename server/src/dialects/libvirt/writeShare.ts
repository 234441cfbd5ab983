import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { TextEdit } from '../../text/edit.ts';
import { cellElements } from './lower/memory.ts';
import { memoryBackingParts } from './lower/memoryBacking.ts';
import { addElement, setAttribute } from './places.ts';

const SHARED = { name: 'access', attributes: { mode: 'shared' } };

/** libvirt's default source is a file below its own directory; a memfd needs no room on any disk. */
const MEMFD = { name: 'source', attributes: { type: 'memfd' } };

/** Makes `<memoryBacking>` share the memory of all cells, and takes back what single cells say against it. */
export function shareMemory(text: string, domain: XmlElement): TextEdit[] {
  const cells = cellElements(domain)
    .filter((cell) => attribute(cell, 'memAccess')?.value?.text === 'private')
    .map((cell) => setAttribute(cell, 'memAccess', 'shared'));
  const backing = child(domain, 'memoryBacking');
  if (!backing) {
    const after = ['currentMemory', 'memory'].map((name) => child(domain, name)).find(Boolean);
    const template = { name: 'memoryBacking', children: [MEMFD, SHARED] };
    return [addElement(text, domain, template, after), ...cells];
  }
  const access = memoryBackingParts(domain, 'access')[0];
  const source = memoryBackingParts(domain, 'source')[0];
  const edits = [access ? setAttribute(access, 'mode', 'shared') : addElement(text, backing, SHARED)];
  const isAnonymous = source && attribute(source, 'type')?.value?.text === 'anonymous';
  if (isAnonymous) edits.push(setAttribute(source, 'type', 'memfd'));
  return [...edits, ...cells];
}
