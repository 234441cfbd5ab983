import { cellElements } from '../../dialects/libvirt/lower/memory.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { oncePer } from '../../values/oncePer.ts';

/** How many cells libvirt counts; undefined where a template may add some. Arguments passed to QEMU do not count. */
export const countCells = oncePer((domain: XmlElement): number | undefined => {
  const cells = cellElements(domain);
  if (cells.length === 0 && mayGainChildren(domain)) return undefined;
  for (const cpu of children(domain, 'cpu')) {
    if (mayGainChildren(cpu) || children(cpu, 'numa').some(mayGainChildren)) return undefined;
  }
  return cells.length;
});

/** True where a cell bears this number, be it one that libvirt does not allow. */
export const isCellNamed = (domain: XmlElement, id: number): boolean =>
  cellElements(domain).some((cell) => Number(attribute(cell, 'id')?.value?.text ?? Number.NaN) === id);
