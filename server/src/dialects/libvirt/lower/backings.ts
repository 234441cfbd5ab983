import type { Backing } from '../../../guest/memory.ts';
import { absent } from '../../../guest/value.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { type Numatune, numatuneOf } from '../numatune.ts';
import { type Reader, readSize } from '../values.ts';
import { lowerAccess, lowerPages } from './memoryBacking.ts';
import { lowerAllocators, lowerPrealloc } from './memoryParts.ts';
import type { Sources } from './sources.ts';
import { lowerTuning } from './tuning.ts';

/** Reads what holds the memory of a domain's cells. What they have in common is read once. */
export class Backings {
  readonly #reader: Reader;
  readonly #domain: XmlElement;
  readonly #sources: Sources;
  readonly #numatune: Numatune;
  readonly #prealloc: Backing['prealloc'];
  readonly #allocators: Backing['allocators'];

  constructor(reader: Reader, domain: XmlElement, sources: Sources) {
    this.#reader = reader;
    this.#domain = domain;
    this.#sources = sources;
    this.#numatune = numatuneOf(domain);
    this.#prealloc = lowerPrealloc(reader, domain);
    this.#allocators = lowerAllocators(reader, domain);
  }

  /** What holds the memory of a cell, or of a guest without cells: numatune's word for it. */
  lower(cell: XmlElement | undefined, cellId: number): Backing {
    const reader = this.#reader;
    const owner = cell ?? this.#domain;
    const { element, policy, hostNodes } = lowerTuning(reader, this.#numatune, owner, cell && cellId);
    const { huge, pageSize } = lowerPages(reader, this.#domain, cellId, owner);
    const at = element ?? owner;
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
      prealloc: this.#prealloc,
      allocators: this.#allocators,
      path: nothing,
      share: lowerAccess(reader, this.#domain, cell),
      huge,
      pageSize,
    };
    if (element) this.#sources.set(backing, element);
    return backing;
  }
}
