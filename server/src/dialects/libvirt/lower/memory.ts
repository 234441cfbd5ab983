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
import { child, children } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import type { Bytes } from '../../../values/byteSize.ts';
import { oncePer } from '../../../values/oncePer.ts';
import { mayGainChildren } from '../templates.ts';
import { parseLibvirtSet, type Reader, readDecimal, readSize } from '../values.ts';
import { lowerMemoryBacking, lowerSharers } from './memoryBacking.ts';
import { lowerAllocators, lowerPersistent, lowerPrealloc } from './memoryParts.ts';
import type { Sources } from './sources.ts';
import { lowerTuning } from './tuning.ts';

/** The cells of a domain: libvirt takes those of `./cpu/numa[1]`, of every `<cpu>` that there is. */
export const cellElements = oncePer((domain: XmlElement): readonly XmlElement[] =>
  children(domain, 'cpu').flatMap((cpu) => {
    const numa = child(cpu, 'numa');
    return numa ? children(numa, 'cell') : [];
  }),
);

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
  return written.state === 'absent' ? [] : [mapValue(written, parseLibvirtSet)];
}

/** What holds the memory of a cell, or of a guest without cells: numatune's word for it. */
function lowerBacking(
  reader: Reader,
  domain: XmlElement,
  cell: XmlElement | undefined,
  cellId: number,
  sources: Sources,
): Backing {
  const { element, policy, hostNodes } = lowerTuning(reader, domain, cell, cellId);
  const at = element ?? cell ?? domain;
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
    policy,
    hostNodes,
    prealloc: lowerPrealloc(reader, domain),
    allocators: lowerAllocators(reader, domain),
    path: nothing,
    ...lowerMemoryBacking(reader, domain, cell, cellId),
  };
  if (element) sources.set(backing, element);
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
  const memory: Memory = {
    size: readSize(reader.text(element, domain), unit),
    inDevices: sizeOfDevices(reader, domain),
    growable: absent(reader.label(domain), false),
    backings: closed(whole ? [whole] : ofNodes),
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
  const sizes = lists
    .flatMap((devices) => children(devices, 'memory'))
    .map((device): Value<Bytes> => {
      const size = child(child(device, 'target') ?? device, 'size');
      return readSize(reader.text(size, device), reader.attribute(size, 'unit', device));
    });
  const gap = sizes.find((size) => !isKnown(size));
  if (gap) return unknown('malformed', placeOf(gap));
  if (sizes.length === 0) return absent(reader.label(domain), 0n);
  const sum = sizes.reduce((total, size) => total + (effective(size) ?? 0n), 0n);
  return derived(sum, placeOf(sizes[0]!), sizes);
}
