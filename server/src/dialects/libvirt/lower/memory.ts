import { type Collection, closed } from '../../../guest/collection.ts';
import type { Backing, GuestNode, Memory, MemoryPolicy } from '../../../guest/memory.ts';
import { absent, effective, mapValue, type Value } from '../../../guest/value.ts';
import { child, children } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { parseIndexSet } from '../../../values/indexSet.ts';
import { mayGainChildren } from '../templates.ts';
import { type Reader, readDecimal, readNumber, readSize } from '../values.ts';
import { lowerMemoryBacking } from './memoryBacking.ts';
import type { Sources } from './sources.ts';

/** numatune's words for what QEMU calls bind, preferred and interleave. */
const POLICIES: Readonly<Record<string, MemoryPolicy>> = {
  strict: 'bind',
  preferred: 'preferred',
  interleave: 'interleave',
  restrictive: 'restrictive',
};

/** The cells of a domain: libvirt takes those of `./cpu/numa[1]`, of every `<cpu>` that there is. */
export const cellElements = (domain: XmlElement): readonly XmlElement[] =>
  children(domain, 'cpu').flatMap((cpu) => {
    const numa = child(cpu, 'numa');
    return numa ? children(numa, 'cell') : [];
  });

/** The cells. Where a template may add some, there may be more than are written. */
export function lowerNodes(reader: Reader, domain: XmlElement, sources: Sources): Collection<GuestNode> {
  const items = cellElements(domain).map((cell, i): GuestNode => {
    const id = readDecimal(reader.attribute(cell, 'id', cell));
    const backing = lowerBacking(reader, domain, cell, effective(id) ?? i, sources);
    const node: GuestNode = {
      kind: 'guest-node',
      span: reader.span(cell),
      label: reader.label(cell),
      id: id.state === 'absent' ? absent(id.owner, i) : id,
      cpus: cpusOfCell(reader, cell),
      size: readSize(reader.attribute(cell, 'memory', cell), reader.attribute(cell, 'unit', cell)),
      backing: { id: backing.id, target: { state: 'found', item: backing } },
    };
    sources.set(node, cell);
    return node;
  });
  const numas = children(domain, 'cpu').flatMap((cpu) => [cpu, ...children(cpu, 'numa')]);
  const open = (items.length > 0 ? numas : [domain, ...numas]).filter(mayGainChildren);
  return { items, openedBy: open.map((element) => reader.label(element)) };
}

function cpusOfCell(reader: Reader, cell: XmlElement): GuestNode['cpus'] {
  const written = reader.attribute(cell, 'cpus', cell);
  return written.state === 'absent' ? [] : [mapValue(written, parseIndexSet)];
}

/** What holds the memory of a cell, or of a guest without cells: numatune's word for it. */
function lowerBacking(
  reader: Reader,
  domain: XmlElement,
  cell: XmlElement | undefined,
  cellId: number,
  sources: Sources,
): Backing {
  const numatune = child(domain, 'numatune');
  const own =
    numatune &&
    cell &&
    children(numatune, 'memnode').find((memnode) => {
      const id = readNumber(reader.attribute(memnode, 'cellid', memnode));
      return effective(id) === cellId;
    });
  const tuning = own ?? (numatune && child(numatune, 'memory'));
  const at = tuning ?? cell ?? domain;
  const nothing = absent<never>(reader.label(at));
  const backing: Backing = {
    kind: 'backing',
    span: reader.span(at),
    label: reader.label(at),
    id: nothing,
    type: nothing,
    size: cell
      ? readSize(reader.attribute(cell, 'memory', cell), reader.attribute(cell, 'unit', cell))
      : nothing,
    policy: tuning ? mapValue(reader.attribute(tuning, 'mode', tuning), (mode) => POLICIES[mode]) : nothing,
    hostNodes: tuning ? mapValue(reader.attribute(tuning, 'nodeset', tuning), parseIndexSet) : nothing,
    prealloc: nothing,
    path: nothing,
    ...lowerMemoryBacking(reader, domain, cell, cellId),
  };
  if (tuning) sources.set(backing, tuning);
  return backing;
}

export function lowerMemory(
  reader: Reader,
  domain: XmlElement,
  nodes: readonly GuestNode[],
  sources: Sources,
): Memory {
  const element = child(domain, 'memory');
  const whole = nodes.length === 0 ? lowerBacking(reader, domain, undefined, 0, sources) : undefined;
  const ofNodes = nodes.flatMap((node) =>
    node.backing.target.state === 'found' ? [node.backing.target.item] : [],
  );
  const unit: Value<string> = reader.attribute(element, 'unit', domain);
  return {
    size: readSize(reader.text(element, domain), unit),
    backings: closed(whole ? [whole] : ofNodes),
    whole: {
      id: absent(reader.label(domain)),
      target: whole ? { state: 'found', item: whole } : { state: 'absent' },
    },
    path: absent(reader.label(domain)),
  };
}
