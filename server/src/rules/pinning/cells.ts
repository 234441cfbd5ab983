import { cellElements } from '../../dialects/libvirt/lower/memory.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';

/** How many cells libvirt counts; undefined where a template may add some. Arguments passed to QEMU do not count. */
export function countCells(domain: XmlElement): number | undefined {
  const cells = cellElements(domain);
  const cpus = children(domain, 'cpu');
  const open = [
    ...(cells.length > 0 ? [] : [domain]),
    ...cpus,
    ...cpus.flatMap((cpu) => children(cpu, 'numa')),
  ];
  return open.some(mayGainChildren) ? undefined : cells.length;
}

/** True where a cell bears this number, be it one that libvirt does not allow. */
export const isCellNamed = (domain: XmlElement, id: number): boolean =>
  cellElements(domain).some((cell) => Number(attribute(cell, 'id')?.value?.text ?? Number.NaN) === id);
