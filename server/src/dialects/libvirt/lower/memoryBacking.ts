import type { Backing, MemorySharer } from '../../../guest/memory.ts';
import { absent, derived, effective, isKnown, isUnknown, mapValue, unknown } from '../../../guest/value.ts';
import { attribute, child, children, childrenOf, isElement } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { parseLibvirtSet, type Reader, readSize } from '../values.ts';

/** The children of a name in `<memoryBacking>`; libvirt looks through all of these. */
export const memoryBackingParts = (domain: XmlElement, name: string): readonly XmlElement[] =>
  childrenOf(children(domain, 'memoryBacking'), name);

/** Whether the memory of a cell, or of a guest without cells, is shared: the cell's own word, else that for all. */
export function lowerAccess(
  reader: Reader,
  domain: XmlElement,
  cell: XmlElement | undefined,
): Backing['share'] {
  const owner = cell ?? domain;
  const ofCell = reader.attribute(cell, 'memAccess', owner);
  const ofAll = reader.attribute(memoryBackingParts(domain, 'access')[0], 'mode', owner);
  const share = mapValue(cell && ofCell.state !== 'absent' ? ofCell : ofAll, (mode) => ACCESS[mode]);
  return share.state === 'absent' ? absent(reader.label(owner), false) : share;
}

const ACCESS: Readonly<Record<string, boolean>> = { shared: true, private: false };

/**
 * What `<hugepages>` says of the memory of a cell, or of a guest without cells. A `<page nodeset=>` speaks of
 * guest cells, and one without it of all the others (src/qemu/qemu_command.c: qemuBuildMemoryGetPagesize).
 * @param owner the cell, else the domain.
 */
export function lowerPages(
  reader: Reader,
  domain: XmlElement,
  cellId: number,
  owner: XmlElement,
): Pick<Backing, 'huge' | 'pageSize'> {
  const hugepages = memoryBackingParts(domain, 'hugepages')[0];
  const nothing = absent<never>(reader.label(owner));
  if (!hugepages) return { huge: absent(reader.label(owner), false), pageSize: nothing };
  const label = reader.label(hugepages);
  const pages = children(hugepages, 'page');
  if (pages.length === 0) return { huge: derived(true, label, []), pageSize: nothing };
  const sets = pages.map((page) => mapValue(reader.attribute(page, 'nodeset', page), parseLibvirtSet));
  const gap = sets.find(isUnknown);
  if (gap) return { huge: gap, pageSize: gap };
  const own =
    pages.find((_, i) => effective(sets[i]!)?.has(cellId)) ?? pages[sets.findIndex((set) => !isKnown(set))];
  if (!own) return { huge: derived(false, label, []), pageSize: nothing };
  const size = readSize(reader.attribute(own, 'size', own), reader.attribute(own, 'unit', own));
  return {
    huge: derived(true, reader.label(own), []),
    pageSize: size.state === 'absent' ? unknown('malformed', size.owner) : size,
  };
}

/**
 * Devices that a process beside QEMU serves. An interface is let through
 * (src/qemu/qemu_validate.c: qemuValidateDomainDefVhostUserRequireSharedMemory and its callers).
 */
export function lowerSharers(reader: Reader, domain: XmlElement): readonly MemorySharer[] {
  const sharers: MemorySharer[] = [];
  for (const devices of children(domain, 'devices')) {
    for (const node of devices.children) {
      if (!isElement(node)) continue;
      const name = sharerName(node);
      if (name === undefined) continue;
      const refused = node.name.text !== 'interface';
      sharers.push({
        kind: 'memory-sharer',
        span: reader.span(node),
        label: reader.label(node),
        name,
        refused,
      });
    }
  }
  return sharers;
}

function sharerName(element: XmlElement): string | undefined {
  const kind = element.name.text;
  if (kind === 'disk' || kind === 'interface') {
    return attribute(element, 'type')?.value?.text === 'vhostuser' ? 'vhostuser' : undefined;
  }
  const driver = kind === 'filesystem' ? child(element, 'driver') : undefined;
  return driver && attribute(driver, 'type')?.value?.text === 'virtiofs' ? 'virtiofs' : undefined;
}
