import { type Collection, closed } from '../../../guest/collection.ts';
import type { Backing, GuestNode, Memory } from '../../../guest/memory.ts';
import {
  absent,
  derived,
  effective,
  isKnown,
  mapValue,
  placeOf,
  unknown,
  type Value,
} from '../../../guest/value.ts';
import { child, children, childrenOf } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import type { Bytes } from '../../../values/byteSize.ts';
import { oncePer } from '../../../values/oncePer.ts';
import { mayGainChildren } from '../templates.ts';
import { parseLibvirtSet, type Reader, readDecimal, readSize } from '../values.ts';
import type { Backings } from './backings.ts';
import { lowerSharers } from './memoryBacking.ts';
import { lowerPersistent } from './memoryParts.ts';
import type { Sources } from './sources.ts';

/** The cells of a domain: libvirt takes those of `./cpu/numa[1]`, of every `<cpu>` that there is. */
export const cellElements = oncePer((domain: XmlElement): readonly XmlElement[] =>
  children(domain, 'cpu').flatMap((cpu) => {
    const numa = child(cpu, 'numa');
    return numa ? children(numa, 'cell') : [];
  }),
);

/** The cells. Where a template may add some, there may be more than are written. */
export function lowerNodes(
  reader: Reader,
  domain: XmlElement,
  backings: Backings,
  sources: Sources,
): Collection<GuestNode> {
  const items = cellElements(domain).map((cell, i): GuestNode => {
    const id = readDecimal(reader.attribute(cell, 'id', cell));
    const backing = backings.lower(cell, effective(id) ?? i);
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
  const lists = items.length > 0 ? [] : [domain];
  for (const cpu of children(domain, 'cpu')) lists.push(cpu, ...children(cpu, 'numa'));
  return { items, openedBy: lists.filter(mayGainChildren).map((element) => reader.label(element)) };
}

function cpusOfCell(reader: Reader, cell: XmlElement): GuestNode['cpus'] {
  const written = reader.attribute(cell, 'cpus', cell);
  return written.state === 'absent' ? [] : [mapValue(written, parseLibvirtSet)];
}

export function lowerMemory(
  reader: Reader,
  domain: XmlElement,
  nodes: readonly GuestNode[],
  backings: Backings,
  sources: Sources,
): Memory {
  const element = child(domain, 'memory');
  const whole = nodes.length === 0 ? backings.lower(undefined, 0) : undefined;
  const all: Backing[] = whole ? [whole] : [];
  for (const { backing } of nodes) if (backing.target.state === 'found') all.push(backing.target.item);
  const unit: Value<string> = reader.attribute(element, 'unit', domain);
  const memory: Memory = {
    size: readSize(reader.text(element, domain), unit),
    inDevices: sizeOfDevices(reader, domain),
    growable: absent(reader.label(domain), false),
    backings: closed(all),
    whole: {
      id: absent(reader.label(domain)),
      target: whole ? { state: 'found', item: whole } : { state: 'absent' },
    },
    path: absent(reader.label(domain)),
    sharers: lowerSharers(reader, domain),
    persistent: lowerPersistent(reader, domain),
  };
  if (element) sources.set(memory, element);
  return memory;
}

/** What the dimms and other memory devices of a domain add up to. */
function sizeOfDevices(reader: Reader, domain: XmlElement): Value<Bytes> {
  const lists = children(domain, 'devices');
  const open = lists.find(mayGainChildren);
  if (open) return unknown('placeholder', reader.label(open));
  const sizes = childrenOf(lists, 'memory').map((device): Value<Bytes> => {
    const size = child(child(device, 'target') ?? device, 'size');
    return readSize(reader.text(size, device), reader.attribute(size, 'unit', device));
  });
  const gap = sizes.find((size) => !isKnown(size));
  if (gap) return unknown('malformed', placeOf(gap));
  if (sizes.length === 0) return absent(reader.label(domain), 0n);
  const sum = sizes.reduce((total, size) => total + (effective(size) ?? 0n), 0n);
  return derived(sum, placeOf(sizes[0]!), sizes);
}
