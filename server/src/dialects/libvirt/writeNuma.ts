import { attribute, child, children, descendants, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { TextEdit } from '../../text/edit.ts';
import { type Bytes, KiB, libvirtUnit, MiB } from '../../values/byteSize.ts';
import { parseIndexSet } from '../../values/indexSet.ts';
import { CannotWrite } from '../change.ts';
import { addElement, setAttribute } from './places.ts';
import { isPlaceholder } from './values.ts';

/** Attributes and texts that name a cell by its number, by element. */
const CELL_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  memnode: ['cellid'],
  sibling: ['id'],
  latency: ['initiator', 'target'],
  bandwidth: ['initiator', 'target'],
};

/** Rewrites all that names a cell by its old number. */
export function followCell(domain: XmlElement, from: number, to: number): TextEdit[] {
  const edits: TextEdit[] = [];
  for (const element of descendants(domain)) {
    const { name, parent } = element;
    for (const key of CELL_ATTRIBUTES[name.text] ?? []) {
      const found = attribute(element, key)?.value?.text;
      if (names(found, from)) edits.push(setAttribute(element, key, String(to)));
    }
    if (name.text === 'page') edits.push(...followSet(element, from, to));
    const { text, range } = textOf(element);
    if (name.text === 'node' && parent?.name.text === 'target' && range && names(text, from)) {
      edits.push({ range, newText: String(to) });
    }
  }
  return edits;
}

/** Throws where it cannot be told: renumbering half of the references would be worse than none. */
function names(text: string | undefined, id: number): boolean {
  if (text !== undefined && isPlaceholder(text)) throw new CannotWrite('which cell is named is not known');
  return text !== undefined && /^\s*\d+\s*$/.test(text) && Number(text) === id;
}

/** `<page nodeset=>` names several cells; where it names just this one it can follow by itself. */
function followSet(page: XmlElement, from: number, to: number): TextEdit[] {
  const set = parseIndexSet(attribute(page, 'nodeset')?.value?.text ?? '');
  if (!set?.has(from)) return [];
  if (set.size > 1) throw new CannotWrite('huge pages are given to several cells at once');
  return [setAttribute(page, 'nodeset', String(to))];
}

/** Sets levels in the `<topology>`, which is made where there is none. */
export function setLevels(
  text: string,
  domain: XmlElement,
  levels: Readonly<Record<string, number>>,
): TextEdit[] {
  const cpu = child(domain, 'cpu');
  const topology = cpu && child(cpu, 'topology');
  const entries = Object.entries(levels).map(([level, value]) => [level, String(value)] as const);
  if (topology) return entries.map(([level, value]) => setAttribute(topology, level, value));
  const template = { name: 'topology', attributes: Object.fromEntries(entries) };
  if (cpu) return [addElement(text, cpu, template)];
  return [addElement(text, domain, { name: 'cpu', children: [template] }, child(domain, 'os'))];
}

/** Writes the text of `<vcpu>`, which is made behind the memory where there is none. */
export function setMaxVcpus(text: string, domain: XmlElement, count: number): TextEdit[] {
  const [vcpu] = children(domain, 'vcpu');
  if (!vcpu) {
    const after = child(domain, 'currentMemory') ?? child(domain, 'memory');
    return [addElement(text, domain, { name: 'vcpu', text: String(count) }, after)];
  }
  const { range, plain } = textOf(vcpu);
  if (!range || !plain) throw new CannotWrite('the number of vCPUs has no place of its own');
  return [{ range, newText: String(count) }];
}

/** A size in the unit that stands there, else in the next smaller one in which it is whole. */
function spell(size: Bytes, unit: string | undefined): { number: string; unit?: string } {
  const scale = libvirtUnit(unit ?? 'KiB');
  if (scale !== undefined && size % scale === 0n) return { number: String(size / scale) };
  const [name, smaller] = size % MiB === 0n ? (['MiB', MiB] as const) : (['KiB', KiB] as const);
  return { number: String(size / smaller), unit: name };
}

const unitOf = (element: XmlElement): string | undefined => attribute(element, 'unit')?.value?.text;

/** Writes a cell's size. */
export function setCellSize(cell: XmlElement, size: Bytes): TextEdit[] {
  const { number, unit } = spell(size, unitOf(cell));
  const memory = setAttribute(cell, 'memory', number);
  return unit === undefined ? [memory] : [memory, setAttribute(cell, 'unit', unit)];
}

/** Writes the size of the domain's memory. */
export function setMemory(domain: XmlElement, size: Bytes): TextEdit[] {
  const memory = child(domain, 'memory');
  const { range, plain } = memory ? textOf(memory) : { range: undefined, plain: false };
  if (!memory || !range || !plain) throw new CannotWrite('the size of the memory has no place of its own');
  const { number, unit } = spell(size, unitOf(memory));
  const text = { range, newText: number };
  return unit === undefined ? [text] : [text, setAttribute(memory, 'unit', unit)];
}
