import type { Backing, PersistentMemory } from '../../../guest/memory.ts';
import { absent, mapValue } from '../../../guest/value.ts';
import { attribute, children, childrenOf } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { type Reader, readDecimal } from '../values.ts';
import { memoryBackingParts } from './memoryBacking.ts';

/** `<allocation threads=>`; one where none is said. */
export function lowerAllocators(reader: Reader, domain: XmlElement): Backing['allocators'] {
  const [allocation] = memoryBackingParts(domain, 'allocation');
  const written = readDecimal(reader.attribute(allocation, 'threads', domain));
  return written.state === 'absent' ? absent(written.owner, 1) : written;
}

const ALLOCATION: Readonly<Record<string, boolean>> = { immediate: true, ondemand: false };

/** `<allocation mode='immediate'>`. */
export function lowerPrealloc(reader: Reader, domain: XmlElement): Backing['prealloc'] {
  const [allocation] = memoryBackingParts(domain, 'allocation');
  const mode = mapValue(reader.attribute(allocation, 'mode', domain), (text) => ALLOCATION[text]);
  return mode.state === 'absent' ? absent(mode.owner, false) : mode;
}

const MODELS: ReadonlySet<string> = new Set(['nvdimm', 'virtio-pmem']);

const DISCARD: Readonly<Record<string, boolean>> = { yes: true, no: false };

/** `<memory model='nvdimm'>` and its like; what `<memoryBacking>` says of discarding does not reach them. */
export function lowerPersistent(reader: Reader, domain: XmlElement): readonly PersistentMemory[] {
  const found: PersistentMemory[] = [];
  for (const element of childrenOf(children(domain, 'devices'), 'memory')) {
    const model = attribute(element, 'model')?.value?.text ?? '';
    if (!MODELS.has(model)) continue;
    found.push({
      kind: 'persistent-memory',
      span: reader.span(element),
      label: reader.label(element),
      model,
      discard: mapValue(reader.attribute(element, 'discard', element), (text) => DISCARD[text]),
    });
  }
  return found;
}
